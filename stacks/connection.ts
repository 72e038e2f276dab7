import { HelmProvider, KubernetesProvider } from "../constructs/kubernetes/framework/provider";
import { Fn, type TerraformStack } from "../constructs/kubernetes/framework/terraform";
import type { Problem } from "../constructs/kubernetes/problem";
import { IN_CLUSTER } from "../values/load/state";
import type { ClusterValues, EnvironmentValues } from "../values/schema/environment";

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

/** Two ways to one cluster, of which one would be ignored. */
export function connectionProblems({ cluster }: EnvironmentValues): Problem[] {
  if (!cluster.inCluster) return [];
  return (["context", "exec"] as const)
    .filter(key => cluster[key] !== undefined)
    .map(key => ({
      path: ["cluster", key],
      message: "cluster.inCluster connects with the account of a pod, and not by this",
      remedy: "keep one of the two",
    }));
}

interface Connection {
  readonly configPath?: string;
  readonly configContext?: string;
  readonly host?: string;
  readonly clusterCaCertificate?: string;
  readonly token?: string;
  readonly exec?: { readonly apiVersion: string; readonly command: string; readonly args: string[] };
}

function connectionOf({ kubeconfig, context, exec, inCluster }: ClusterValues): Connection {
  if (inCluster) {
    // Said outright: without a file the provider would look elsewhere, and in the end on this machine.
    const { server: host, authority, token } = IN_CLUSTER;
    return { host, clusterCaCertificate: Fn.file(authority), token: Fn.file(token) };
  }
  if (!exec) return { configPath: kubeconfig, configContext: context };
  const { host, caCertificateFile, env: _, ...plugin } = exec;
  return { host, clusterCaCertificate: Fn.file(caCertificateFile), exec: plugin };
}
