import { METRICS_ENV } from "../software/aztec/telemetry";
import type { P2pSoftware } from "../software/software";

/** Where a prover broker is, as its prover node and its agents need to know. */
export interface BrokerAddress {
  readonly name: string;
  readonly namespace: string;
  readonly url: string;
  /** Labels of its pod, and the port that it serves there. */
  readonly selector: Readonly<Record<string, string>>;
  readonly port: number;
  /** Whether it tells a collector how long its queue is. */
  readonly sendsMetrics: boolean;
}

/** A queue of proofs to make: a `ProverBroker`. */
export interface Broker {
  readonly broker: BrokerAddress;
}

/** Where the broker of these props will be. */
export function brokerAddress(props: {
  readonly name: string;
  readonly namespace: string;
  readonly software: P2pSoftware;
  readonly selector: Readonly<Record<string, string>>;
  readonly clusterDomain?: string;
  readonly env?: object;
  readonly secretEnv?: object;
}): BrokerAddress {
  const { name, namespace, software, selector, clusterDomain = "cluster.local" } = props;
  const port = software.rpcPort;
  return {
    name,
    namespace,
    url: `http://${name}.${namespace}.svc.${clusterDomain}:${port}`,
    selector,
    port,
    sendsMetrics: METRICS_ENV in { ...software.env, ...props.env, ...props.secretEnv },
  };
}
