import type { Finding } from "../lint/lint";
import type { StackManifests } from "../manifests/objects";
import { containersOf } from "../manifests/read/pod";
import { workloadsIn } from "../manifests/read/workload";
import type { StackSummary } from "../stacks/summary";
import { count } from "../values/load/count";
import type { Connection } from "./connection";
import { identityTable, secretTable } from "./identities";
import { type Content, Markup, markup } from "./markup";
import { matrixOf } from "./matrix";
import { picturesOf } from "./picture";
import { policySection } from "./policy";
import { STYLE } from "./style";
import { linesOf, tableOf } from "./table";
import { releaseTable, ruleTable, serviceTable, volumeTable, workloadTable } from "./tables";
import { type Topology, topologyOf } from "./topology";
import { portsText } from "./words";

export interface ReportedStack {
  readonly summary: StackSummary;
  readonly manifests: StackManifests;
}

export interface Report {
  readonly environment: string;
  /** Facts by name: values file, profile, cluster. */
  readonly facts: readonly (readonly [name: string, text: string])[];
  readonly stacks: readonly ReportedStack[];
  /** What lint found. */
  readonly findings: readonly Finding[];
}

const ORIGIN = "what Terraform will create, not what a cluster has at the moment";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

/**
 * An environment as one HTML page. The page makes no request, and its content security policy forbids any. It names no
 * time and no machine, so the same values make the same page.
 */
export function toHtml(report: Report): string {
  const { environment, stacks } = report;
  const all = topologyOf(stacks.map(({ manifests }) => manifests));
  const sections = sectionsOf(report, all).filter(({ content }) => content !== undefined);
  const links = sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`);
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${environment}: rollup network</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>Environment ${environment}</h1>
<p>${glance(all, stacks)}</p>
<dl>${factsOf(report).map(([name, content]) => markup`<dt>${name}</dt><dd>${content}</dd>\n`)}</dl>
</header>
<nav aria-label="Contents"><ul>${links}</ul></nav>
<main id="main" tabindex="-1">
${sections.map(sectionOf)}
</main>
<footer>Made from the values alone, by <code>rollup-network report ${environment}</code>: ${ORIGIN}.</footer>
</body>
</html>
`;
  return page.text;
}

const sectionOf = ({ id, title, content }: Section) =>
  markup`<section aria-labelledby="${id}">\n<h2 id="${id}">${title}</h2>\n${content}\n</section>\n`;

function glance({ connections }: Topology, stacks: readonly ReportedStack[]): Content {
  const objects = stacks.reduce((sum, { manifests }) => sum + manifests.objects.length + manifests.releases.length, 0);
  const denied = connections.filter(({ verdict }) => verdict === "denied").length;
  const counts = [
    count(stacks.length, "stack"),
    count(objects, "object"),
    count(connections.length, "connection"),
  ].join(", ");
  if (denied === 0) return `${counts}; no connection is forbidden by a NetworkPolicy.`;
  const text = `${count(denied, "connection")} that no NetworkPolicy allows`;
  return markup`${counts}; <strong class="denied-text">${text}</strong>.`;
}

function factsOf({ facts, stacks }: Report): [string, Content][] {
  const containers = stacks.flatMap(({ manifests }) =>
    workloadsIn(manifests.objects).flatMap(({ pod }) => containersOf(pod)),
  );
  const images = [...new Set(containers.map(({ image }) => image))].sort();
  return [
    ...facts.map(([name, text]): [string, Content] => [name, text]),
    ["Stacks", stacks.map(({ summary }) => summary.stack).join(", ")],
    ["Images", linesOf(images.map(image => markup`<code>${image}</code>`))],
  ];
}

function sectionsOf({ stacks, findings }: Report, all: Topology): Section[] {
  const manifests = stacks.map(stack => stack.manifests);
  const objects = manifests.flatMap(stack => stack.objects);
  const warnings = stacks.flatMap(({ summary }) =>
    summary.warnings.map(text => markup`<li>${summary.stack}: ${text}</li>`),
  );
  return [
    {
      id: "warnings",
      title: "Warnings",
      content: warnings.length > 0 ? markup`<ul class="warnings">${warnings}</ul>` : undefined,
    },
    { id: "topology", title: "Topology", content: [LEGEND, ...stacks.map(stack => topologySection(stack, all))] },
    {
      id: "identities",
      title: "Identities",
      content: [
        ...stacks.map(({ summary, manifests }) => [
          markup`<h3>${summary.stack}</h3>`,
          tableOf(identityTable(manifests.objects, summary)),
        ]),
        tableOf(secretTable(objects)),
      ],
    },
    { id: "workloads", title: "Workloads", content: tableOf(workloadTable(objects)) },
    { id: "services", title: "Services", content: tableOf(serviceTable(objects)) },
    { id: "volumes", title: "Volumes", content: tableOf(volumeTable(objects)) },
    {
      id: "network-policies",
      title: "Network policies",
      content: [...stacks.map(stack => matrixSection(stack, manifests, all)), tableOf(ruleTable(objects))],
    },
    { id: "policy", title: "Policy", content: policySection(findings) },
    { id: "helm", title: "Helm releases", content: tableOf(releaseTable(manifests)) },
  ];
}

const namespacesOf = ({ objects }: StackManifests) =>
  new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));

const LEGEND = markup`<p>${[
  "Thick lines join a network through an ENR; thin ones are calls that configuration makes; dashed ones may come,\n",
  "because a policy lets them in. Dotted frames are outside. Numbers are those of the table below each picture. ",
  "DNS is left out.",
]}</p>`;

function topologySection({ summary: { stack }, manifests }: ReportedStack, { nodes, connections }: Topology): Markup {
  const namespaces = namespacesOf(manifests);
  const inside = ({ namespace }: { namespace?: string }) => namespace !== undefined && namespaces.has(namespace);
  const own = connections.filter(({ from, to }) => inside(from) || inside(to));
  const numbered = own.map((connection, i) => ({ number: i + 1, connection }));
  const ends = new Set(own.flatMap(({ from, to }) => [from.id, to.id]));
  const shown = nodes.filter(node => inside(node) || ends.has(node.id));
  const title = `Topology of ${stack}`;
  const rows = numbered.map(({ number, connection: { from, to, kind, ports, via, verdict, rules } }) => [
    markup`${number}. ${from.name} → ${to.name}`,
    kind,
    portsText(ports),
    linesOf(via),
    verdictText(verdict, rules),
  ]);
  const pictures = picturesOf({ id: stack, title, nodes: shown, connections: numbered });
  const head = ["Connection", "What", "Ports", "Configured in, or through", "Allowed by"];
  return markup`<h3>${stack}</h3>
<figure ${wide(`${title}, can be scrolled`)}>${pictures}</figure>
${tableOf({ caption: `Connections of ${stack}`, head, rows })}`;
}

const UNKNOWN_HERE = "addresses or labels that are not known here";

function verdictText(verdict: Connection["verdict"], rules: readonly string[]): Content {
  switch (verdict) {
    case "allowed":
      return linesOf(rules);
    case "open":
      return "no NetworkPolicy selects its ends";
    case "depends":
      return markup`<span class="depends-text">depends</span> ${`on ${UNKNOWN_HERE}: ${rules.join(", ")}`}`;
    case "denied": {
      const by = rules.length > 0 ? `by one of the two sides; the other does: ${rules.join(", ")}` : "by any rule";
      return markup`<span class="denied-text">NOT ALLOWED</span> ${by}`;
    }
  }
}

function matrixSection(
  { summary, manifests }: ReportedStack,
  stacks: readonly StackManifests[],
  all: Topology,
): Content {
  const matrix = matrixOf(stacks, all, namespacesOf(manifests));
  if (matrix.rows.length === 0) return undefined;
  const title = `${matrix.caption}: ${summary.stack}`;
  return markup`<div ${wide(title)}>${tableOf({ ...matrix, caption: title }, "matrix")}</div>`;
}

/** The attributes of a part of the page that scrolls. */
const wide = (label: string) => markup`class="wide" tabindex="0" role="region" aria-label="${label}"`;
