import type { Container, Volume } from "../kubernetes/framework/provider";
import { CONTAINER_SECURITY } from "../kubernetes/pod-security";
import { Scripts } from "../kubernetes/scripts";
import type { CrsFile, P2pRole, P2pSoftware } from "./software/software";

/**
 * Where pods take the CRS from, if not from the software's own hosts: points on two curves that proofs are made and
 * verified with.
 */
export type CrsSource =
  | {
      /** URL of a folder that holds the files of the software's own hosts, such as `https://mirror.example.org/crs`. */
      readonly mirror: string;
    }
  | {
      /** An existing PersistentVolumeClaim that holds the files. Pods mount it read-only. */
      readonly claim: string;
    };

export interface CrsProps {
  readonly software: P2pSoftware;
  readonly role: P2pRole;
  readonly crs?: CrsSource;
}

/** What a pod has for its CRS beside the node's container. */
export interface CrsParts {
  readonly initContainers: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
  /** Whether the pods need the script that prepares it. */
  readonly prepared: boolean;
}

const CLAIM = { volume: "crs", mountPath: "/crs" } as const;

/** Links to the claim's files are the pod's own, so that none is left over on a volume that is kept. */
const LINKS = "/tmp/crs";

/** The files that a role needs: a bootstrap node and a broker see no proof. */
function filesOf({ crs }: P2pSoftware, role: P2pRole): readonly CrsFile[] {
  if (!crs || role === "bootstrap" || role === "prover-broker") return [];
  return role === "prover-agent" ? crs.proving : crs.verifying;
}

/** Bytes of the CRS on the volume of a pod of this role: none where the pod mounts a claim that has the CRS. */
export function crsBytes({ software, role, crs }: CrsProps): number {
  if (crs && "claim" in crs) return 0;
  const beside = (file: CrsFile) => (crs === undefined ? (file.besidesBytes ?? 0) : 0);
  return filesOf(software, role).reduce((sum, file) => sum + file.bytes + beside(file), 0);
}

/** URLs from which a pod loads its CRS; none with a claim. */
export function crsUrls({ software, role, crs }: CrsProps): readonly string[] {
  if (filesOf(software, role).length === 0) return [];
  if (crs === undefined) return software.crs?.urls ?? [];
  return "mirror" in crs ? [crs.mirror] : [];
}

/** Prepares the CRS in an init container, since the software itself can neither be told of a mirror nor of a claim. */
export function crsParts({ software, role, crs }: CrsProps): CrsParts {
  const files = filesOf(software, role);
  if (files.length === 0 || crs === undefined) {
    return { initContainers: [], volumes: [], env: {}, mounts: [], prepared: false };
  }
  const claim = "claim" in crs ? crs.claim : undefined;
  const path = claim ? LINKS : (software.roleEnv[role]?.CRS_PATH ?? LINKS);
  const mounts = claim ? [{ name: CLAIM.volume, mountPath: CLAIM.mountPath, readOnly: true }] : [];
  const container: Container = {
    name: "crs",
    image: software.image,
    imagePullPolicy: "IfNotPresent",
    command: [`${Scripts.MOUNT_PATH}/prepare-crs.sh`],
    env: [
      { name: "CRS_PATH", value: path },
      { name: "CRS_FILES", value: files.map(({ name, remote, bytes }) => `${name} ${remote} ${bytes}`).join("\n") },
      ...("mirror" in crs
        ? [{ name: "CRS_MIRROR", value: crs.mirror }]
        : [
            { name: "CRS_SOURCE", value: CLAIM.mountPath },
            { name: "CRS_CLAIM", value: crs.claim },
          ]),
    ],
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "data", mountPath: software.dataMount },
      { name: "tmp", mountPath: "/tmp" },
      { name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true },
      ...mounts,
    ],
  };
  const volumes: Volume[] = claim
    ? [{ name: CLAIM.volume, persistentVolumeClaim: { claimName: claim, readOnly: true } }]
    : [];
  return { initContainers: [container], volumes, env: claim ? { CRS_PATH: path } : {}, mounts, prepared: true };
}
