import { relative } from "node:path";
import {
  App,
  AzurermBackend,
  GcsBackend,
  LocalBackend,
  PgBackend,
  type PgBackendConfig,
  S3Backend,
  type TerraformStack,
} from "../constructs/kubernetes/framework/terraform";
import type { Problem } from "../constructs/kubernetes/problem";
import { stateKey } from "../values/load/state";
import type { EnvironmentValues } from "../values/schema/environment";
import type { Section } from "../values/schema/sections";
import { KubernetesBackend } from "./kubernetes-backend";

/**
 * Puts the state of a stack where the values say. A local path is relative to the project, from where Terraform runs.
 */
export function configureBackend(
  stack: TerraformStack,
  environment: string,
  section: Section,
  values: EnvironmentValues,
): void {
  const { backend, cluster } = values;
  const key = stateKey(environment, section, backend);
  if ("local" in backend) {
    new LocalBackend(stack, { path: `${relative(`${App.of(stack).outdir}/stacks/${stack.node.id}`, ".")}/${key}` });
  } else if ("s3" in backend) {
    const { bucket, region, encrypt, lockTable } = backend.s3;
    new S3Backend(stack, { bucket, region, encrypt, key, ...(lockTable && { dynamodbTable: lockTable }) });
    if (!lockTable) stack.addOverride("terraform.backend.s3.use_lockfile", true);
  } else if ("gcs" in backend) {
    new GcsBackend(stack, { bucket: backend.gcs.bucket, prefix: key });
  } else if ("azurerm" in backend) {
    const { resourceGroup, storageAccount, container } = backend.azurerm;
    new AzurermBackend(stack, {
      resourceGroupName: resourceGroup,
      storageAccountName: storageAccount,
      containerName: container,
      key,
    });
  } else if ("pg" in backend) {
    new PgBackend(stack, { schemaName: key } as PgBackendConfig);
  } else {
    new KubernetesBackend(stack, {
      namespace: backend.kubernetes.namespace,
      secretSuffix: key,
      ...(cluster.inCluster
        ? { inClusterConfig: true }
        : { configPath: cluster.kubeconfig, configContext: cluster.context }),
    });
  }
}

/** A backend that cannot reach what the values name. */
export function backendProblems({ backend, cluster }: EnvironmentValues): Problem[] {
  if (!("kubernetes" in backend) || !cluster.exec) return [];
  return [
    {
      path: ["backend", "kubernetes"],
      message: "the state would go to the kubeconfig's cluster, while cluster.exec names another",
      remedy: "keep the state elsewhere, or connect by kubeconfig and context",
    },
  ];
}
