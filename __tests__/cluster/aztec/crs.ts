import { apply, kubectl } from "../driver/kubectl";
import { AZTEC_IMAGE } from "./examples";

const USER = { runAsNonRoot: true, runAsUser: 10_001, runAsGroup: 10_001, fsGroup: 10_001 };

/**
 * Makes the claims of StatefulSets beforehand, with the reference string of the image where nodes look for it: its
 * hosts are out of reach of a closed cluster.
 */
export async function fillVolumes(namespace: string, claims: readonly string[]): Promise<void> {
  const resources = { requests: { storage: "2Gi" } };
  await apply(
    claims.flatMap(name => [
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name, namespace },
        spec: { accessModes: ["ReadWriteOnce"], resources },
      },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace },
        spec: {
          restartPolicy: "Never",
          securityContext: { ...USER, seccompProfile: { type: "RuntimeDefault" } },
          volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
          containers: [
            {
              name: "fill",
              image: AZTEC_IMAGE,
              imagePullPolicy: "IfNotPresent",
              command: ["sh", "-c", "mkdir -p /data/crs && cp /crs/* /data/crs/"],
              volumeMounts: [{ name: "data", mountPath: "/data" }],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      },
    ]),
  );
  const pods = claims.map(name => `pod/${name}`);
  const done = ["--for=jsonpath={.status.phase}=Succeeded", "--timeout=300s"];
  await kubectl(["-n", namespace, "wait", ...pods, ...done]);
  await kubectl(["-n", namespace, "delete", ...pods]);
}
