import { posix } from "node:path";
import type { BackendValues, ClusterValues, EnvironmentValues } from "../schema/environment";
import type { Section } from "../schema/sections";
import { stackName } from "./environment";
import type { Path } from "./finding";

/**
 * What names a stack's state within its backend: the file below the project (local), the object (s3, azurerm), the
 * prefix (gcs), the schema (pg), the secret's suffix (kubernetes). An explicit schema or suffix is shared by an
 * environment's sections, so the section is appended to it.
 */
export function stateKey(environment: string, section: Section, backend: BackendValues): string {
  const stack = stackName(environment, section);
  if ("local" in backend) return posix.join(backend.local.dir, `${stack}.tfstate`);
  if ("s3" in backend) return below(backend.s3.prefix, `${stack}.tfstate`);
  if ("azurerm" in backend) return below(backend.azurerm.prefix, `${stack}.tfstate`);
  if ("gcs" in backend) return below(backend.gcs.prefix, stack);
  if ("pg" in backend) return `${backend.pg.schema}_${section}`;
  return backend.kubernetes.suffix ? `${backend.kubernetes.suffix}-${section}` : stack;
}

/** Where Terraform keeps a stack's state, as one text: two stacks with the same text would overwrite each other's. */
export function statePath(environment: string, section: Section, values: EnvironmentValues): string {
  const { backend } = values;
  const key = stateKey(environment, section, backend);
  if ("local" in backend) return `local:${key}`;
  if ("s3" in backend) return `s3:${backend.s3.bucket}/${key}`;
  if ("gcs" in backend) return `gcs:${backend.gcs.bucket}/${key}`;
  if ("azurerm" in backend) return `azurerm:${backend.azurerm.storageAccount}/${backend.azurerm.container}/${key}`;
  if ("pg" in backend) return `pg:${key}`;
  return `kubernetes:${clusterKey(values) ?? "current context"}/${backend.kubernetes.namespace}/${key}`;
}

/** The setting that decides a state's path. */
export function stateSetting(backend: BackendValues): Path {
  if ("pg" in backend) return ["backend", "pg", "schema"];
  return "kubernetes" in backend ? ["backend", "kubernetes", "suffix"] : ["backend"];
}

/** The cluster that values name; none when it is the current context's at the time, or the cluster of a pod. */
export function clusterKey({ cluster }: EnvironmentValues): string | undefined {
  if (cluster.inCluster) return undefined;
  if (cluster.exec) return cluster.exec.host;
  return cluster.context && `${cluster.kubeconfig}#${cluster.context}`;
}

/** The cluster that values name, for people. */
export function clusterText({ cluster }: EnvironmentValues): string {
  if (cluster.inCluster) return IN_CLUSTER.name;
  return cluster.exec ? cluster.exec.host : contextText(cluster);
}

/** The context of a kubeconfig, for people. */
export function contextText({ kubeconfig, context }: Pick<ClusterValues, "kubeconfig" | "context">): string {
  return `${context ? `context ${context}` : "the current context"} of ${kubeconfig}`;
}

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** How a pod reaches the API server of its own cluster. */
export const IN_CLUSTER = {
  name: "the cluster of this pod",
  server: "https://kubernetes.default.svc",
  authority: `${ACCOUNT}/ca.crt`,
  /** The kubelet renews it. */
  token: `${ACCOUNT}/token`,
} as const;

function below(prefix: string, name: string): string {
  return posix.join("/", prefix, name).slice(1);
}
