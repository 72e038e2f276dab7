import { apply, kubectl } from "../driver/kubectl";
import { AZTEC_IMAGE } from "./examples";

/** Namespace of the L1 that the nodes follow. */
export const L1_NAMESPACE = "aztec-l1";

/** An L1 with Aztec's contracts, and Services of its execution and consensus endpoints. */
export async function deployL1(): Promise<void> {
  const service = (name: string, port: number) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: L1_NAMESPACE },
    spec: { selector: { app: "l1" }, ports: [{ port }] },
  });
  await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: L1_NAMESPACE } }]);
  await apply([
    service("l1-execution", 8545),
    service("l1-consensus", 5052),
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "l1", namespace: L1_NAMESPACE, labels: { app: "l1" } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "l1",
            image: AZTEC_IMAGE,
            imagePullPolicy: "IfNotPresent",
            command: ["node", "/usr/src/yarn-project/serve-l1.mjs"],
            readinessProbe: { tcpSocket: { port: 8545 }, periodSeconds: 2 },
          },
        ],
      },
    },
  ]);
  await kubectl(["-n", L1_NAMESPACE, "wait", "pod/l1", "--for=condition=Ready", "--timeout=180s"]);
}
