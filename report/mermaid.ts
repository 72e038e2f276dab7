import { oneLine } from "../manifests/hidden";
import { type Connection, labelOf } from "./connection";
import type { Node } from "./nodes";
import type { Topology } from "./topology";

/** A topology as a Mermaid flowchart, which GitHub and GitLab draw in Markdown. */
export function toMermaid({ nodes, connections }: Topology): string {
  const ids = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const node = ({ id, name, kind, details }: Node) => {
    const lines = [
      `<b>${quote(name)}</b>`,
      quote(kind),
      ...details.map(({ title, text }) => quote(`${title} · ${text}`)),
    ];
    return `${ids.get(id)}["${lines.join("<br/>")}"]`;
  };
  const namespaces = [...new Set(nodes.flatMap(({ namespace }) => namespace ?? []))];
  const groups = namespaces.flatMap((namespace, i) => [
    `  subgraph s${i}["${quote(namespace)}"]`,
    ...nodes.filter(each => each.namespace === namespace).map(each => `    ${node(each)}`),
    "  end",
  ]);
  const edges = connections.map(connection => {
    const { from, to, kind } = connection;
    return `  ${ids.get(from.id)} ${ARROWS[kind]}|"${quote(labelOf(connection))}"| ${ids.get(to.id)}`;
  });
  const denied = connections.flatMap(({ verdict }, i) => (verdict === "denied" ? [i] : []));
  return [
    "flowchart LR",
    ...groups,
    ...nodes.filter(({ namespace }) => !namespace).map(each => `  ${node(each)}`),
    ...edges,
    ...(denied.length > 0 ? [`  linkStyle ${denied.join(",")} stroke:#c00,color:#c00`] : []),
    "",
  ].join("\n");
}

const ARROWS: Readonly<Record<Connection["kind"], string>> = { joins: "==>", calls: "-->", "may call": "-.->" };

/** A quote or a line break would end the label, and `<` or a backtick would start markup. */
const quote = (text: string) => oneLine(text).replace(/[#"<>&`]/g, character => `#${character.charCodeAt(0)};`);
