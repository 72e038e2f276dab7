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
} from "../constructs/terraform";
import type { Section } from "../values/environment";
import type { EnvironmentValues } from "../values/schema";
import { stateKey } from "../values/state";
import { KubernetesBackend } from "./kubernetes-backend";

/** Puts the state of a stack where the values say. A local path is relative to the project, from where Terraform runs. */
export function configureBackend(stack: TerraformStack, environment: string, section: Section, values: EnvironmentValues): void {
  const { backend, cluster } = values;
  const key = stateKey(environment, section, backend);
  if ("local" in backend) {
    new LocalBackend(stack, { path: `${relative(`${App.of(stack).outdir}/stacks/${stack.node.id}`, ".")}/${key}` });
  } else if ("s3" in backend) {
    const { bucket, region, encrypt, lockTable } = backend.s3;
    new S3Backend(stack, { bucket, region, encrypt, key, ...(lockTable && { dynamodbTable: lockTable }) });
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
      configPath: cluster.kubeconfig,
      configContext: cluster.context,
    });
  }
}
