import type { KubernetesObject } from "../../../manifests/objects";
import { apply, kubectl } from "../driver/kubectl";
import { AZTEC_IMAGE, L1_NAMESPACE } from "./examples";

const service = (name: string, port: number): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: L1_NAMESPACE },
  spec: { selector: { app: "l1" }, ports: [{ port }] },
});

/** An L1 with Aztec's contracts, with its execution and consensus endpoints. It is ready when it has a block of now. */
export const L1_OBJECTS: readonly KubernetesObject[] = [
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
          readinessProbe: { httpGet: { path: "/eth/v1/beacon/headers", port: 5052 }, periodSeconds: 2 },
        },
      ],
    },
  },
];

export async function deployL1(): Promise<void> {
  await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: L1_NAMESPACE } }]);
  await apply(L1_OBJECTS);
  await kubectl(["-n", L1_NAMESPACE, "wait", "pod/l1", "--for=condition=Ready", "--timeout=180s"]);
}
