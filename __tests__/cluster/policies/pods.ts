import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portsOf } from "../../../manifests/read/pod";
import { driver } from "../driver/driver";
import { apply, getJson, kubectl } from "../driver/kubectl";
import { run } from "../driver/run";
import { CALLS, type Ports } from "./ask";
import { type Pod, podsOf, type Role } from "./cast";

const IMAGE = "localhost/calls:1";
const LABEL = "cdktf-rollup-network/flow-matrix";

export async function loadImage(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "calls-"));
  try {
    await run([join(__dirname, "..", "driver", "rootfs.sh"), root, "node"]);
    cpSync(CALLS, join(root, "calls.mjs"));
    await driver.image(IMAGE, root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Makes the pods of roles, which listen at all these ports: one on the network of its host at the host's address. */
export async function start(roles: readonly Role[], { tcp, udp }: Ports, farNode: string): Promise<void> {
  const optionsAt = (address: string) => JSON.stringify({ addresses: [address], tcp, udp, control: true });
  const unprivileged = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    runAsUser: 10001,
    seccompProfile: { type: "RuntimeDefault" },
  };
  // No sysctl of a pod reaches its host.
  const onHost = { ...unprivileged, runAsNonRoot: false, runAsUser: 0, capabilities: { add: ["NET_BIND_SERVICE"] } };
  await apply(
    roles.flatMap(role =>
      podsOf(role).map(pod => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: pod.name, namespace: role.end.namespace, labels: { ...pod.labels, [LABEL]: "" } },
        spec: {
          nodeName: pod.node,
          ...(role.end.onHost ? { hostNetwork: true } : { securityContext: { sysctls: LOW_PORTS } }),
          terminationGracePeriodSeconds: 0,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          containers: [
            {
              name: "calls",
              image: IMAGE,
              command: ["node", "/calls.mjs", "listen", optionsAt(role.end.onHost ? farNode : "0.0.0.0")],
              ports: portsIn(role, pod, farNode),
              securityContext: role.end.onHost ? onHost : unprivileged,
              readinessProbe: { tcpSocket: { port: 19999 }, periodSeconds: 2 },
            },
          ],
        },
      })),
    ),
  );
}

const LOW_PORTS = [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }];

/**
 * Services send to ports by their names. A port of the host has only who is called, and at the node's address alone,
 * since that node has those outside of the cluster, too.
 */
const portsIn = ({ own, called }: Role, pod: Pod, farNode: string) =>
  portsOf(own?.workload?.pod ?? { containers: [] }).map(({ name, containerPort, hostPort, protocol = "TCP" }) => ({
    name,
    containerPort,
    protocol,
    ...(pod === called && hostPort !== undefined && { hostPort, hostIP: farNode }),
  }));

/** Waits until all pods listen, and returns them. */
export async function started(): Promise<StartedPod[]> {
  await kubectl(["wait", "pod", "-A", "-l", LABEL, "--for=condition=Ready", "--timeout=240s"]);
  return (await getJson("pods", "-A", "-l", LABEL)).items;
}

interface StartedPod {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly status: { readonly podIP: string };
}
