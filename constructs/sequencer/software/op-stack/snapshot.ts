import type { Container } from "../../../kubernetes/framework/provider";
import type { Problem } from "../../../kubernetes/problem";
import type { Resources } from "../../../kubernetes/resources";
import { container, EXECUTION_MOUNT, MOUNTS, podEnv } from "./container";
import { fetchedProblems } from "./fetched";
import type { OpStack, OpStackExecution, OpStackSnapshot } from "./op-stack";

/** What brings it. */
export const BRING_SNAPSHOT = "bring-snapshot.sh";

const RESOURCES: Resources = { cpu: "10m", memory: "64Mi", memoryLimit: "256Mi" };

/** A folder that is in the data of every client of the kind. */
const HOLDS: Readonly<Record<OpStackExecution, string>> = { "op-geth": "geth/chaindata", "op-reth": "db" };

const ENDS: Readonly<Record<string, OpStackSnapshot["format"]>> = {
  ".tar": "tar",
  ".tar.gz": "tar.gz",
  ".tgz": "tar.gz",
};

/** Brings the data before anything else starts. op-node's image has the tools: its start script needs them as well. */
export function snapshotBringer({ snapshot, images, execution }: OpStack): Container | undefined {
  if (!snapshot) return undefined;
  const env = {
    URL: snapshot.url,
    SHA256: snapshot.sha256,
    FORMAT: `${formatOf(snapshot)}`,
    HOLDS: HOLDS[execution],
  };
  return {
    ...container("snapshot", BRING_SNAPSHOT, images.node, RESOURCES),
    args: [EXECUTION_MOUNT.mountPath],
    env: podEnv(env),
    volumeMount: [...MOUNTS, EXECUTION_MOUNT],
  };
}

/** What is said, or what the path of the URL ends with. */
function formatOf({ url, format }: OpStackSnapshot): OpStackSnapshot["format"] {
  if (format) return format;
  const path = URL.canParse(url) ? new URL(url).pathname : "";
  return Object.entries(ENDS).find(([end]) => path.endsWith(end))?.[1];
}

export function snapshotProblems({ snapshot }: OpStack, clusterDomain?: string): Problem[] {
  if (!snapshot) return [];
  const path = ["software", "snapshot"];
  const problems = fetchedProblems(path, snapshot, "the archive", clusterDomain);
  if (problems.length > 0) return problems;
  const { url, format } = snapshot;
  const formats = [...new Set(Object.values(ENDS))];
  const remedy = `use ${formats.join(" or ")}: op-node's image can unpack nothing else`;
  if (format && !formats.includes(format))
    return [{ path: [...path, "format"], message: `"${format}" is none`, remedy }];
  if (formatOf(snapshot)) return [];
  return [{ path: [...path, "format"], message: `"${url}" does not say the format of the archive`, remedy }];
}
