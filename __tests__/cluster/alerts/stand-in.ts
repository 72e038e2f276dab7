import type { KubernetesObject } from "../../../manifests/objects";
import type { TestEnvironment } from "../driver/environment";
import { NODE_IMAGE } from "../driver/images";
import { apply, kubectl } from "../driver/kubectl";
import { chartObjects } from "../driver/stack";
import { MONITORING } from "./monitored";

const SECURITY = { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } };
const PORT = 9100;
/** Where the stand-in for kubelets answers. */
export const KUBELET = `kubelet.${MONITORING}.svc:${PORT}`;

/** Answers every request with what a shell command prints, until it is told to end. */
const PROGRAM = `
const { execFileSync } = require("node:child_process");
const [port, command] = process.argv.slice(1);
require("node:http").createServer((_, answer) => {
  answer.setHeader("content-type", "text/plain; version=0.0.4");
  answer.end(execFileSync("sh", ["-c", command]));
}).listen(Number(port));
process.on("SIGTERM", () => process.exit(0));
`;
const program = (port: number, command: string) => ["node", "-e", PROGRAM, `${port}`, command];

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
}

/**
 * What watches an ev-reth beside a member, which cannot be had here: a pod with the member's labels and ports, of which
 * every container is a program that only answers scrapes. No container starts again.
 */
export async function deployStandIn({ namespace, manifests }: TestEnvironment): Promise<void> {
  const of = (...kinds: string[]) => manifests.objects.filter(({ kind }) => kinds.includes(kind));
  const [set] = of("StatefulSet") as (KubernetesObject & {
    spec: { template: { metadata: { labels: object }; spec: { containers: Container[] } } };
  })[];
  if (!set) throw new Error(`${namespace} has no members`);
  const { metadata, spec } = set.spec.template;
  await apply(of("Namespace"));
  await apply([
    ...of("NetworkPolicy"),
    ...chartObjects(manifests),
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "seq-0", namespace, labels: metadata.labels },
      spec: {
        restartPolicy: "Never",
        securityContext: SECURITY,
        containers: spec.containers.map(({ name, ports = [] }) => ({
          name,
          image: NODE_IMAGE,
          command: program(ports.find(port => /metrics/.test(port.name))?.containerPort ?? 0, "echo stand_in 1"),
          ports,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        })),
      },
    },
  ]);
}

/**
 * Kubelets of the cluster of network namespaces do not count what volumes hold: a pod says what a kubelet would, of a
 * volume of each of these namespaces.
 */
export async function deployKubelet(namespaces: readonly string[]): Promise<void> {
  const series = namespaces.map(namespace => {
    const claim = `namespace="${namespace}",persistentvolumeclaim="data-seq-0"`;
    return [
      `echo 'kubelet_volume_stats_capacity_bytes{${claim}} 100'`,
      `echo 'kubelet_volume_stats_available_bytes{${claim}}' $(cat /tmp/${namespace} 2>/dev/null || echo 60)`,
    ].join("; ");
  });
  const labels = { app: "kubelet" };
  await apply([
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kubelet", namespace: MONITORING },
      spec: { selector: labels, ports: [{ port: PORT }] },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "kubelet", namespace: MONITORING, labels },
      spec: {
        securityContext: SECURITY,
        containers: [{ name: "kubelet", image: NODE_IMAGE, command: program(PORT, series.join("; ")) }],
      },
    },
  ]);
}

/** Leaves a fiftieth of the volume, until what it returns is called. */
export async function fillVolume(namespace: string): Promise<() => Promise<unknown>> {
  const shell = (command: string) => kubectl(["-n", MONITORING, "exec", "kubelet", "--", "sh", "-c", command]);
  await shell(`echo 2 >/tmp/${namespace}`);
  return () => shell(`rm /tmp/${namespace}`);
}
