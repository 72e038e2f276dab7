/*! The agent's configuration: environment variables, all checked before anything starts. */
import { isIPv4 } from "node:net";
import { type Env, EnvReader, quote } from "../lib/env";
import type { KubeAccess } from "../lib/kube";

export interface Config {
  readonly pod: string;
  readonly rpcUrl: URL;
  readonly peersMethod: string;
  /** Of /metrics and /healthz; 0 takes a free one. */
  readonly port: number;
  readonly intervalSeconds: number;
  /** Where the node says how it came by the configuration of its network; absent where it has none. */
  readonly networkStatusFile?: string;
  /** Absent where nothing is published, and only peers are counted. */
  readonly publish?: PublishConfig;
}

export interface PublishConfig extends KubeAccess {
  readonly enrMethod: string;
  readonly namespace: string;
  readonly podUid: string;
  readonly configMap: string;
  readonly announcedPort: number;
  /** At most one of the two; neither when the address is public and only the node knows it. */
  readonly announcedHost?: string;
  readonly announcedIp?: string;
  /** What the node asks for its public address before it serves; none where it is told its address. */
  readonly publicAddressUrls: readonly URL[];
  /**
   * Whether the record was made beforehand: it is then in the ConfigMap from the start, and never published from here.
   */
  readonly known: boolean;
}

/** Throws an error that lists everything that is wrong, a line each. */
export function readConfig(env: Env): Config {
  const read = new EnvReader(env);

  const publishConfig = (configMap: string): PublishConfig => {
    const { AGENT_ANNOUNCED_HOST: host, AGENT_ANNOUNCED_ADDRESSES: addresses, POD_NAME: pod = "" } = env;
    if (host && addresses)
      read.errors.push("AGENT_ANNOUNCED_HOST and AGENT_ANNOUNCED_ADDRESSES are both set: keep one");
    const announcedIp = addresses ? addresses.split(" ")[ordinalOf(pod)] : undefined;
    if (addresses && !isIPv4(announcedIp ?? "")) {
      read.errors.push(`AGENT_ANNOUNCED_ADDRESSES is ${quote(addresses)}: must have an IPv4 address for pod ${pod}`);
    }
    return {
      ...read.kubeAccess(),
      enrMethod: env.AGENT_ENR_METHOD || "bootstrap_getEncodedEnr",
      namespace: read.required("POD_NAMESPACE"),
      podUid: read.required("POD_UID"),
      configMap,
      announcedPort: read.number("AGENT_ANNOUNCED_PORT", undefined, 1, 65535),
      announcedHost: host && hostOf(host, pod),
      announcedIp,
      publicAddressUrls: (env.AGENT_PUBLIC_ADDRESS_URLS ?? "")
        .split(" ")
        .filter(Boolean)
        .map(url => read.url("AGENT_PUBLIC_ADDRESS_URLS", url)),
      known: env.AGENT_RECORD_KNOWN === "true",
    };
  };

  const config: Config = {
    pod: read.required("POD_NAME"),
    rpcUrl: read.url("AGENT_RPC_URL", env.AGENT_RPC_URL || "http://127.0.0.1:8080"),
    peersMethod: env.AGENT_PEERS_METHOD || "bootstrap_getRoutingTable",
    port: read.number("AGENT_PORT", "9102", 0, 65535),
    intervalSeconds: read.number("AGENT_INTERVAL_SECONDS", "15", 0.05, 3600, false),
    networkStatusFile: env.AGENT_NETWORK_STATUS_FILE || undefined,
    publish: env.AGENT_CONFIG_MAP ? publishConfig(env.AGENT_CONFIG_MAP) : undefined,
  };
  read.check();
  return config;
}

/** The position of a pod in its StatefulSet. */
function ordinalOf(pod: string): number {
  return Number(pod.slice(pod.lastIndexOf("-") + 1));
}

/** The Service of a pod: `<name>-p2p.<…>` of ordinal 0, as it is given, and `<pod>-p2p.<…>` of the others. */
function hostOf(first: string, pod: string): string {
  return ordinalOf(pod) === 0 ? first : `${pod}-p2p${first.slice(first.indexOf("."))}`;
}
