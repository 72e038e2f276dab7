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
import type { BackendValues, ClusterValues } from "../values/schema";
import { KubernetesBackend } from "./kubernetes-backend";

/** Puts the state of a stack where the values say, under a name of the stack's own. */
export function configureBackend(stack: TerraformStack, name: string, backend: BackendValues, cluster: ClusterValues): void {
  const file = `${name}.tfstate`;
  if ("local" in backend) {
    const project = relative(`${App.of(stack).outdir}/stacks/${name}`, ".");
    new LocalBackend(stack, { path: `${project}/${backend.local.dir}/${file}` });
  } else if ("s3" in backend) {
    const { bucket, region, prefix, encrypt, lockTable } = backend.s3;
    new S3Backend(stack, { bucket, region, encrypt, key: `${prefix}${file}`, ...(lockTable && { dynamodbTable: lockTable }) });
  } else if ("gcs" in backend) {
    new GcsBackend(stack, { bucket: backend.gcs.bucket, prefix: `${backend.gcs.prefix}${name}` });
  } else if ("azurerm" in backend) {
    const { resourceGroup, storageAccount, container, prefix } = backend.azurerm;
    new AzurermBackend(stack, {
      resourceGroupName: resourceGroup,
      storageAccountName: storageAccount,
      containerName: container,
      key: `${prefix}${file}`,
    });
  } else if ("pg" in backend) {
    new PgBackend(stack, { schemaName: backend.pg.schema } as PgBackendConfig);
  } else {
    new KubernetesBackend(stack, {
      namespace: backend.kubernetes.namespace,
      secretSuffix: backend.kubernetes.suffix ?? name,
      configPath: cluster.kubeconfig,
      configContext: cluster.context,
    });
  }
}
