import type { Environment } from "../values/load/environment";
import { clusterText, statePath } from "../values/load/state";
import type { Section } from "../values/schema/sections";

/** Where a stack deploys, and where Terraform keeps its state. */
export interface Origin {
  /** `context mainnet of ~/.kube/config`, or the URL of the API server. */
  readonly cluster: string;
  /** `s3:bucket/mainnet-p2p.tfstate` */
  readonly state: string;
  /** Whether Terraform refuses to destroy what holds identities. */
  readonly protected: boolean;
}

export function originOf({ name, values }: Environment, section: Section): Origin {
  return { cluster: clusterText(values), state: statePath(name, section, values), protected: values.protected };
}
