import type { Environment } from "../values/load/environment";
import { IN_CLUSTER, stateKey, statePath } from "../values/load/state";
import type { Section } from "../values/schema/sections";

/** Where a stack deploys, and where Terraform keeps its state. */
export interface Origin {
  readonly cluster: Cluster;
  /** `s3:bucket/mainnet-p2p.tfstate` */
  readonly state: string;
  /** Whether Terraform refuses to destroy what holds identities. */
  readonly protected: boolean;
}

/** How a cluster is reached: by a kubeconfig, or at the address of its API server. */
export interface Cluster {
  readonly kubeconfig?: string;
  /** Without it the kubeconfig's current one. */
  readonly context?: string;
  /** URL of the API server, where it is known. */
  readonly server?: string;
}

export function originOf(environment: Environment, section: Section): Origin {
  const { exec, kubeconfig, context, inCluster } = environment.values.cluster;
  const server = inCluster ? IN_CLUSTER.server : exec?.host;
  return {
    cluster: server ? { server } : { kubeconfig, ...(context && { context }) },
    state: stateOf(environment, section),
    protected: environment.values.protected,
  };
}

/** A state in the cluster itself goes where the cluster goes. */
function stateOf({ name, values }: Environment, section: Section): string {
  const { backend } = values;
  if (!("kubernetes" in backend)) return statePath(name, section, values);
  return `kubernetes:${backend.kubernetes.namespace}/${stateKey(name, section, backend)}`;
}
