import { plainTable } from "../table";
import type { SequencerStatus } from "./status";

/** The status for people. */
export function statusText({ members, leaders, quorum, lease, proxies, ...status }: SequencerStatus): string {
  const head = ["member", "ready", "node", "role", "height", "lag", "restarts", "started"];
  const rows = members.map(member => [
    member.name,
    member.ready ? "yes" : "no",
    member.node ?? "–",
    member.role,
    member.height ?? "–",
    member.lag ?? "–",
    member.restarts,
    member.startedAt ? `${age((Date.now() - Date.parse(member.startedAt)) / 1000)} ago` : "–",
  ]);
  const lines: [string, string][] = [
    ["leaders", leaders.length > 0 ? `${leaders.length}: ${leaders.join(", ")}` : "0"],
  ];
  if (quorum) {
    const spare = quorum.ready - quorum.needed;
    const meaning = spare < 0 ? "no quorum, no blocks" : spare === 0 ? "none may be lost" : `${spare} may be lost`;
    lines.push(["quorum", `${quorum.ready} of ${quorum.members} ready, ${quorum.needed} needed: ${meaning}`]);
  }
  if (lease) {
    const renewed = lease.ageSeconds === undefined ? "never renewed" : `renewed ${age(lease.ageSeconds)} ago`;
    const held = lease.problem ?? `held by ${lease.holder || "no member"}`;
    lines.push(["lease", `${held}, token ${lease.token}, ${renewed}`]);
    if (lease.paused) lines.push(["paused", lease.pausedBy ?? "yes"]);
    if (lease.handoffTo) lines.push(["handoff", `to ${lease.handoffTo}, under way`]);
  }
  if (proxies) lines.push(["proxies", `${proxies.ready} of ${proxies.wanted} ready`]);
  for (const { name, problem } of members) if (problem) lines.push([name, problem]);
  const width = Math.max(...lines.map(([key]) => key.length));
  return [
    `${status.environment}: ${status.namespace}/${status.name} (${status.mode}) ` +
      (status.healthy ? "is healthy" : "is NOT healthy"),
    plainTable(head, rows),
    ...lines.map(([key, text]) => `  ${key.padEnd(width)}  ${text}`),
  ].join("\n");
}

/** A time in one or two units, such as 3m12s. */
export function age(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)}s`;
  const units: [string, number][] = [
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
    ["s", 1],
  ];
  const first = units.findIndex(([, length]) => seconds >= length);
  const [unit, length] = units[first] as [string, number];
  const [minor, minorLength] = units[first + 1] ?? ["", 0];
  const rest = minorLength ? Math.floor((seconds % length) / minorLength) : 0;
  return `${Math.floor(seconds / length)}${unit}${rest ? `${rest}${minor}` : ""}`;
}
