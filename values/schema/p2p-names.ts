import { closest } from "../load/closest";
import { quote } from "../load/describe";
import { type Finding, finding, type Path, type Place, showPath } from "../load/finding";

interface Named {
  readonly name: string;
}

interface Names {
  readonly bootstrap: readonly Named[];
  readonly nodes: readonly (Named & { readonly join: readonly string[]; readonly broker?: string })[];
  readonly proverBrokers: readonly Named[];
  readonly proverAgents: readonly (Named & { readonly broker: string })[];
}

const LISTS = ["bootstrap", "nodes", "proverBrokers", "proverAgents"] as const;

const placesOf = (names: Names) =>
  LISTS.flatMap(list => names[list].map(({ name }, i) => ({ name, path: [list, i] as Path })));

/** Names of nodes are names of workloads: each stands once, `join` names a bootstrap node, `broker` a broker. */
export function checkNames(names: Names, locate: (path: Path) => Place): Finding[] {
  const { bootstrap, nodes, proverBrokers, proverAgents } = names;
  const findings: Finding[] = [];

  const first = new Map<string, Path>();
  for (const { name, path } of placesOf(names)) {
    const place = ["p2p", ...path, "name"];
    const other = first.get(name);
    if (other) {
      const { line } = locate(other);
      const message = `${quote(name)} is the name of ${showPath(other.slice(0, -1))} already (line ${line})`;
      findings.push(
        finding(
          locate(place),
          place,
          message,
          `names are unique across ${LISTS.map(list => `p2p.${list}`).join(", ")}`,
        ),
      );
    } else first.set(name, place);
  }

  const mustBeAmong = (candidates: readonly Named[], name: string, path: Path, what: string, remedy: string) => {
    const there = [...new Set(candidates.map(each => each.name))];
    if (there.includes(name)) return;
    const meant = closest(name, there);
    const have = there.length > 0 ? `there are ${there.join(", ")}` : "there are none";
    const message = `${quote(name)} is no ${what} of this environment; ${have}`;
    findings.push(finding(locate(path), path, message, meant ? `did you mean ${quote(meant)}?` : remedy));
  };
  nodes.forEach(({ join }, i) => {
    join.forEach((name, j) => {
      const remedy = "add it to p2p.bootstrap, or give nodes that live elsewhere by externalEnrs or joinUrls";
      mustBeAmong(bootstrap, name, ["p2p", "nodes", i, "join", j], "bootstrap node", remedy);
    });
  });
  const clients = [
    ...nodes.map(({ broker }, i) => ({ broker, path: ["p2p", "nodes", i, "broker"] })),
    ...proverAgents.map(({ broker }, i) => ({ broker, path: ["p2p", "proverAgents", i, "broker"] })),
  ];
  for (const { broker, path } of clients) {
    if (broker) mustBeAmong(proverBrokers, broker, path, "prover broker", "add it to p2p.proverBrokers");
  }
  return findings;
}

/** The node that makes the object of this name: it has the longest name that the object's name starts with. */
export function nodeOf(names: Names, object: string): Path | undefined {
  const own = placesOf(names).filter(({ name }) => object === name || object.startsWith(`${name}-`));
  return own.sort((a, b) => b.name.length - a.name.length)[0]?.path;
}
