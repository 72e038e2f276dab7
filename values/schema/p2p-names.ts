import { closest } from "../load/closest";
import { quote } from "../load/describe";
import { type Finding, finding, type Path, type Place, showPath } from "../load/finding";

interface Names {
  readonly bootstrap: readonly { readonly name: string }[];
  readonly nodes: readonly { readonly name: string; readonly join: readonly string[] }[];
}

/** Names of nodes are names of workloads: each stands once, and `join` names a bootstrap node. */
export function checkNames({ bootstrap, nodes }: Names, locate: (path: Path) => Place): Finding[] {
  const findings: Finding[] = [];

  const named = [
    ...bootstrap.map(({ name }, i) => ({ name, path: ["p2p", "bootstrap", i, "name"] })),
    ...nodes.map(({ name }, i) => ({ name, path: ["p2p", "nodes", i, "name"] })),
  ];
  const first = new Map<string, (typeof named)[number]>();
  for (const node of named) {
    const other = first.get(node.name);
    if (other) {
      const { line } = locate(other.path);
      const message = `${quote(node.name)} is the name of ${showPath(other.path.slice(0, -1))} already (line ${line})`;
      findings.push(
        finding(locate(node.path), node.path, message, "names are unique across p2p.bootstrap and p2p.nodes"),
      );
    } else first.set(node.name, node);
  }

  const boots = [...new Set(bootstrap.map(({ name }) => name))];
  nodes.forEach(({ join }, i) => {
    join.forEach((name, j) => {
      if (boots.includes(name)) return;
      const path = ["p2p", "nodes", i, "join", j];
      const meant = closest(name, boots);
      const have = boots.length > 0 ? `there are ${boots.join(", ")}` : "there are none";
      findings.push(
        finding(
          locate(path),
          path,
          `${quote(name)} is no bootstrap node of this environment; ${have}`,
          meant
            ? `did you mean ${quote(meant)}?`
            : "add it to p2p.bootstrap, or give nodes that live elsewhere by externalEnrs or joinUrls",
        ),
      );
    });
  });
  return findings;
}

/** The node that makes the object of this name: it has the longest name that the object's name starts with. */
export function nodeOf({ bootstrap, nodes }: Names, object: string): Path | undefined {
  const places = [
    ...bootstrap.map(({ name }, i) => ({ name, path: ["bootstrap", i] })),
    ...nodes.map(({ name }, i) => ({ name, path: ["nodes", i] })),
  ];
  const own = places.filter(({ name }) => object === name || object.startsWith(`${name}-`));
  return own.sort((a, b) => b.name.length - a.name.length)[0]?.path;
}
