import type { Path } from "./finding";

const resourcesOf = (container: string) =>
  `write it below kubernetes, as kubernetes: { resources: { ${container}: { requests: { cpu: …, memory: … }, ` +
  "limits: { memory: … } } } } in the same place";

/**
 * Keys and words (`key: word`) that values no longer have, and what to do instead. Positions in lists are left out.
 * docs/upgrading.md lists them too.
 */
const REMOVED: Readonly<Record<string, string>> = {
  "p2p.nodes.joinUrls.timeoutSeconds": "write timeout with a unit, such as timeout: 5s",
  "sequencer.monitoring.runbookBase": "write runbookBase beside profile, for the alerts of all sections",
  "spike.shares": "remove it: every keeper has one share",
  "spike.backendStore: lite": "use sqlite, or memory for trials",
  "sequencer.resources": resourcesOf("node"),
  "sequencer.executionResources": resourcesOf("execution"),
  ...moved("p2p", ["imagePullSecrets"]),
  ...moved("sequencer", ["imagePullSecrets", "nodeSelector", "priorityClassName", "serviceAccountAnnotations"]),
  ...Object.assign(
    {},
    ...["bootstrap", "nodes", "proverBrokers", "proverAgents"].map(list => ({
      ...moved(`p2p.${list}`, ["nodeSelector", "priorityClassName"]),
      [`p2p.${list}.resources`]: resourcesOf("node"),
    })),
  ),
};

/** Keys that are words of the block `kubernetes` beside them now. */
function moved(at: string, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    keys.map(key => [`${at}.${key}`, `write it below kubernetes, as kubernetes: { ${key}: … } in the same place`]),
  );
}

/** What to do instead of a key or a word that was removed; nothing for others. */
export function insteadOf(path: Path, word?: string): string | undefined {
  const key = path.filter(each => typeof each === "string").join(".");
  const name = word === undefined ? key : `${key}: ${word}`;
  return Object.hasOwn(REMOVED, name) ? REMOVED[name] : undefined;
}
