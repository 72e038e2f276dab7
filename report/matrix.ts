import type { StackManifests } from "../manifests/objects";
import type { PolicyPort } from "../manifests/read/policy";
import { type Node, type Own, worldOf } from "./nodes";
import { ask, rulesFor } from "./policies";
import type { Table } from "./table";
import type { Topology } from "./topology";
import { portsText } from "./words";

/** A port that no rule names: who may call it may call every port. */
const UNNAMED: PolicyPort = { port: 0 };

/**
 * Who may call whom at which ports, by the policies of both sides: a row for each caller, a column for each called.
 *
 * @param shown namespaces of those called
 */
export function matrixOf(stacks: readonly StackManifests[], { nodes }: Topology, shown: ReadonlySet<string>): Table {
  const { own: all, policies, namespaces } = worldOf(stacks);
  const own = all.filter(({ namespace }) => shown.has(namespace));
  const cell = (from: Node, to: Own): string => {
    const admitted = (port: PolicyPort) => {
      const wanted = { port: Number(port.port), protocol: port.protocol ?? "TCP" };
      const sides = [ask(policies, "ingress", to.end, from.end, wanted, namespaces)];
      if (from.end.kind === "pods") sides.push(ask(policies, "egress", from.end, to.end, wanted, namespaces));
      return sides.every(({ verdict }) => verdict !== "denied");
    };
    if (admitted(UNNAMED)) return "every port";
    const rules = [
      ...rulesFor(policies, to.end, "ingress"),
      ...(from.end.kind === "pods" ? rulesFor(policies, from.end, "egress") : []),
    ];
    const ports = rules.flatMap(({ ports = [] }) => ports).filter(admitted);
    return ports.length > 0 ? portsText(ports) : "–";
  };
  const rows = nodes.map(from => ({ from, cells: own.map(to => cell(from, to)) }));
  return {
    caption: "Who may call whom, at which ports of the pods",
    head: ["From ↓ to →", ...own.map(({ name }) => name)],
    rows: rows.filter(({ cells }) => cells.some(text => text !== "–")).map(({ from, cells }) => [from.name, ...cells]),
  };
}
