import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portsOf } from "../../../manifests/read/pod";
import { driver } from "../driver/driver";
import { apply, getJson, kubectl } from "../driver/kubectl";
import { run } from "../driver/run";
import { CALLS, type Ports } from "./ask";
import { podsOf, type Role } from "./cast";

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

/** Makes the pods of roles, which listen at all these ports. */
export async function start(roles: readonly Role[], { tcp, udp }: Ports): Promise<void> {
  const options = JSON.stringify({ addresses: ["0.0.0.0"], tcp, udp, control: true });
  const unprivileged = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    runAsUser: 10001,
    seccompProfile: { type: "RuntimeDefault" },
  };
  await apply(
    roles.flatMap(role =>
      podsOf(role).map(({ name, node, labels }) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: role.end.namespace, labels: { ...labels, [LABEL]: "" } },
        spec: {
          nodeName: node,
          terminationGracePeriodSeconds: 0,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] },
          containers: [
            {
              name: "calls",
              image: IMAGE,
              command: ["node", "/calls.mjs", "listen", options],
              ports: namedPorts(role),
              securityContext: unprivileged,
              readinessProbe: { tcpSocket: { port: 19999 }, periodSeconds: 2 },
            },
          ],
        },
      })),
    ),
  );
}

/** Services send to ports by their names. */
const namedPorts = ({ own }: Role) =>
  portsOf(own?.workload?.pod ?? { containers: [] }).map(({ name, containerPort, protocol = "TCP" }) => ({
    name,
    containerPort,
    protocol,
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
