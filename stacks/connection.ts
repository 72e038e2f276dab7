import { HelmProvider, KubernetesProvider } from "../constructs/kubernetes/framework/provider";
import { Fn, type TerraformStack } from "../constructs/kubernetes/framework/terraform";
import type { ClusterValues } from "../values/schema/environment";

/** The providers of a stack, connected as plain data says: nothing of the cluster is looked up at synth or at plan. */
export function connect(stack: TerraformStack, cluster: ClusterValues, options: { readonly helm: boolean }): void {
  const { exec, ...connection } = connectionOf(cluster);
  const { ignoreAnnotations, ignoreLabels } = cluster;
  const kubernetes = new KubernetesProvider(stack, "Kubernetes", {
    ...connection,
    ...(exec && { exec: [exec] }),
    ...(ignoreAnnotations.length > 0 && { ignoreAnnotations }),
    ...(ignoreLabels.length > 0 && { ignoreLabels }),
  });
  const helm = options.helm
    ? new HelmProvider(stack, "Helm", { kubernetes: { ...connection, ...(exec && { exec }) } })
    : undefined;
  // The framework writes keys of providers in lower case, and these are names of variables.
  const env = cluster.exec?.env ?? {};
  if (Object.keys(env).length === 0) return;
  kubernetes.addOverride("exec.0.env", env);
  helm?.addOverride("kubernetes.exec.env", env);
}

interface Connection {
  readonly configPath?: string;
  readonly configContext?: string;
  readonly host?: string;
  readonly clusterCaCertificate?: string;
  readonly exec?: { readonly apiVersion: string; readonly command: string; readonly args: string[] };
}

function connectionOf({ kubeconfig, context, exec }: ClusterValues): Connection {
  if (!exec) return { configPath: kubeconfig, configContext: context };
  const { host, caCertificateFile, env: _, ...plugin } = exec;
  return { host, clusterCaCertificate: Fn.file(caCertificateFile), exec: plugin };
}
