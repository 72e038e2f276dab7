import { decodeEnr } from "../../constructs/p2p/enr";
import { engineNamed } from "../../constructs/sequencer/engines";
import { EV_NODE } from "../../constructs/sequencer/member/ev-node";
import { SINGLE_OP_STACK } from "../../constructs/sequencer/single/op-stack-engine";
import { componentOf } from "../../manifests/read/labels";
import { byName, dataOf } from "../../manifests/read/object";
import type { Container } from "../../manifests/read/pod";
import { podOf, type Service } from "../../manifests/read/service";
import { podNames, type Workload } from "../../manifests/read/workload";
import { eachPod, type Rule } from "../rule";
import type { View } from "../view";
import { isP2p } from "./roles";

/** Settings of the node software that name the file of its p2p key. */
const NODE_KEYS = ["PEER_ID_PRIVATE_KEY_PATH", "NODE_KEY"];

/** Settings that name the file of the signer's key, or of the passphrase beside it. */
const SIGNERS = ["PASSPHRASE_FILE", "SEQUENCER_KEY"];

const setting = ({ env }: Container, name: string) => byName(env, name)?.value;

/** The Secret that a file of a container comes from, and whether each pod sees only its own part. */
function secretBehind({ pod }: Workload, { volumeMounts = [] }: Container, file: string | undefined) {
  const mount = volumeMounts.findLast(({ mountPath }) => file === mountPath || file?.startsWith(`${mountPath}/`));
  const secret = mount && byName(pod.volumes, mount.name)?.secret?.secretName;
  return secret === undefined ? undefined : { secret, perPod: mount?.subPathExpr?.includes("$(POD_NAME)") ?? false };
}

/** The Service whose address a pod of a StatefulSet announces. */
const p2pServiceOf = (view: View, namespace: string, pod: string) =>
  view.services.find(
    each => each.namespace === namespace && podOf(each) === pod && (each.spec.ports ?? []).some(isP2p),
  );

/** The address that is reserved for a Service; none where the cluster chooses it. */
function reserved({ spec }: Service): string | undefined {
  const { loadBalancerIP, clusterIP } = spec;
  return spec.type === "LoadBalancer" ? loadBalancerIP : clusterIP;
}

/** Keys, claims and announced addresses: general linters do not know them. */
export const identity: readonly Rule[] = [
  {
    id: "claim-retention",
    severity: "error",
    holds: "claims of a StatefulSet stay when it is deleted or scaled down",
    why: "a claim holds an identity or a chain; with Delete it goes with the last pod that used it",
    remedy: "set both of persistentVolumeClaimRetentionPolicy to Retain",
    alike: [],
    *check({ workloads }) {
      for (const { object, spec } of workloads) {
        const { whenDeleted, whenScaled } = spec.persistentVolumeClaimRetentionPolicy ?? {};
        if (spec.volumeClaimTemplates?.length && (whenDeleted !== "Retain" || whenScaled !== "Retain")) {
          const found = `claims: whenDeleted ${whenDeleted ?? "unset"}, whenScaled ${whenScaled ?? "unset"}`;
          yield { object, path: "spec.persistentVolumeClaimRetentionPolicy", found };
        }
      }
    },
  },
  {
    id: "identity-on-claim",
    severity: "error",
    holds: "a bootstrap node keeps its data on a claim",
    why: "its key and the sequence number of its ENR are there, and peers keep its ENR",
    remedy: "make it a StatefulSet with a claim template for its data",
    alike: [],
    check: eachPod(function* ({ labels, pod, spec }, at) {
      if (componentOf(labels) !== "bootstrap") return;
      const [node] = pod.containers;
      const data = node && setting(node, "DATA_DIRECTORY");
      const mount = node?.volumeMounts?.find(
        ({ mountPath }) => data === mountPath || data?.startsWith(`${mountPath}/`),
      );
      if (!mount || !spec.volumeClaimTemplates?.some(({ metadata }) => metadata.name === mount.name)) {
        yield at("containers[0].volumeMounts", `${data ?? "its data"} is on no claim`);
      }
    }),
  },
  {
    id: "own-node-key",
    severity: "error",
    holds: "every replica has its own p2p key",
    why: "two nodes with one key are one peer at two addresses, and others drop both",
    remedy: "mount the Secret of keys with subPathExpr: $(POD_NAME)",
    alike: [],
    check: eachPod(function* (workload, at) {
      for (const [i, container] of workload.pod.containers.entries()) {
        for (const name of NODE_KEYS) {
          const source = secretBehind(workload, container, setting(container, name));
          if (source && !source.perPod && workload.replicas > 1) {
            yield at(
              `containers[${i}].volumeMounts`,
              `${workload.replicas} replicas read one key of Secret ${source.secret}`,
            );
          }
        }
      }
    }),
  },
  {
    id: "one-signer",
    severity: "error",
    holds: "a signer belongs to one sequencer, whose replicas share a lock",
    why: "two nodes that sign with one key and without a lock make two chains",
    remedy: "give each sequencer a signer of its own, and run replicas as raft or behind a Lease",
    alike: [],
    check: eachPod(function* (workload, at, view) {
      const signerOf = (each: Workload) => {
        const [node] = each.pod.containers;
        const file = node && SIGNERS.map(name => setting(node, name)).find(Boolean);
        return node && secretBehind(each, node, file)?.secret;
      };
      const signer = signerOf(workload);
      if (!signer) return;
      const other = view.workloads.find(
        each => each.object !== workload.object && each.namespace === workload.namespace && signerOf(each) === signer,
      );
      if (other) yield at("volumes", `${other.kind} ${other.name} signs with Secret ${signer} too`);
      const node = workload.pod.containers[0] as Container;
      const alone = byName(node.env, "NEWEST_BLOCK") && SINGLE_OP_STACK;
      const engine = alone ?? engineNamed(setting(node, "MODE") ?? "", EV_NODE.name);
      if (engine && workload.replicas > 1 && !engine.leaderCheck) {
        yield at(
          "containers[0].env",
          `${workload.replicas} replicas sign with Secret ${signer}, and none knows of the others`,
        );
      }
    }),
  },
  {
    id: "announced-address",
    severity: "error",
    holds: "a node announces the address that is reserved for it",
    why: "peers dial the announced address, and keep it",
    remedy: "create the keys again for these addresses (rollup-network keys bootstrap), or reserve the announced ones",
    alike: [],
    *check(view) {
      for (const workload of view.workloads) {
        const { object, namespace, name, pod } = workload;
        const node = pod.containers[0] as Container;
        const fixed = setting(node, "ANNOUNCE_ADDRESSES")?.split(" ");
        const host = setting(node, "ANNOUNCE_HOST");
        const records = dataOf(view.find("ConfigMap", namespace, `${name}-enr`));
        for (const [i, podName] of podNames(workload).entries()) {
          const service = p2pServiceOf(view, namespace, podName);
          const address = (service && reserved(service)) ?? fixed?.[i];
          const announced = records[podName] === undefined ? undefined : decodeEnr(records[podName]);
          const port = setting(node, "P2P_BROADCAST_PORT");
          const at = (path: string, found: string) => ({
            object,
            path: `spec.template.spec.containers[0].${path}`,
            found,
          });
          if (host && !service) yield at("env", `${podName} announces a Service, and none has it alone`);
          if (host && i === 0 && service && !host.startsWith(`${service.name}.${namespace}.svc.`)) {
            yield at("env", `announces ${host}, and its Service is ${service.name}`);
          }
          if (fixed && service && fixed[i] !== reserved(service)) {
            yield at(
              "env",
              `${podName} announces ${fixed[i] ?? "nothing"}, and ${reserved(service)} is reserved for it`,
            );
          }
          if (announced && (announced.ip !== address || announced.udp !== Number(port))) {
            const recorded = `${announced.ip}:${announced.udp}`;
            yield at("env", `${podName} has a record with ${recorded}, and ${address}:${port} is reserved for it`);
          }
        }
      }
    },
  },
];
