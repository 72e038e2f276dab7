/**
 * Makes the programs and the library in `bundles/` (or in the folder given as argument), which are not committed:
 *
 * - `enr-lib.cjs`: what constructs/p2p/enr.ts needs of ESM-only packages, as CommonJS, so that consumers load it
 *   synchronously and their jest needs no transform; the licences of what is inside are beside it;
 * - `chain-lib.cjs`: the hash and the encoding of which constructs/sequencer/conductor makes the genesis block, and
 *   what packs a genesis into the same bytes on every machine;
 * - `chart-lib.cjs`: of Apache ECharts what cli/drill/chart.ts needs, so that users install no charting library;
 * - `layout-lib.cjs`: dagre, which places the nodes of report/picture.ts, for the same reason;
 * - `p2p-agent.mjs`, `lease-agent.mjs`, `gate.mjs`: programs of agents/ for containers, readable, on Node's standard
 *   library alone.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = process.argv[2] ?? join(root, "bundles");
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  write: false,
  metafile: true,
  logLevel: "warning",
};

const enrLib = `
  export { ENR, SignableENR, nodeId, sign, verify } from "@chainsafe/enr";
  export { privateKeyFromProtobuf, privateKeyFromRaw, privateKeyToProtobuf } from "@libp2p/crypto/keys";
  export { decode as rlpDecode, encode as rlpEncode } from "@ethereumjs/rlp";
  import { secp256k1 } from "ethereum-cryptography/secp256k1";
  export const randomPrivateKey = secp256k1.utils.randomPrivateKey;
`;

const chainLib = `
  export { keccak256 } from "ethereum-cryptography/keccak";
  export { encode as rlpEncode } from "@ethereumjs/rlp";
  export { gzipSync } from "fflate";
`;

const chartLib = `
  import { LineChart } from "echarts/charts";
  import { AriaComponent, GridComponent, LegendComponent } from "echarts/components";
  import { MarkAreaComponent, MarkLineComponent, TitleComponent } from "echarts/components";
  import { init, use } from "echarts/core";
  import { SVGRenderer } from "echarts/renderers";
  use([
    LineChart, AriaComponent, GridComponent, LegendComponent,
    MarkAreaComponent, MarkLineComponent, TitleComponent, SVGRenderer,
  ]);
  export function renderSvg(option, size) {
    const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
    try {
      chart.setOption(option);
      return chart.renderToSVGString();
    } finally {
      chart.dispose();
    }
  }
`;

const layoutLib = `
  import { Graph, layout as place } from "@dagrejs/dagre";
  export function layout({ nodes, edges, options }) {
    const graph = new Graph({ compound: true, multigraph: true }).setGraph({ ...options });
    for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
    for (const { id, parent } of nodes) if (parent !== undefined) graph.setParent(id, parent);
    edges.forEach(({ from, to, ...label }, i) => graph.setEdge(from, to, { ...label, labelpos: "c" }, String(i)));
    place(graph);
    return {
      ...graph.graph(),
      nodes: nodes.map(({ id }) => graph.node(id)),
      edges: edges.map(({ from, to }, i) => graph.edge(from, to, String(i))),
    };
  }
`;

/** `from` is the package whose copies of others it shares. */
async function library(outfile, contents, from) {
  const resolveDir = dirname(fileURLToPath(import.meta.resolve(from)));
  const built = await build({
    ...common,
    outfile: join(target, outfile),
    stdin: { contents, resolveDir, sourcefile: outfile },
    format: "cjs",
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160, // jest and Node print the line that threw
    legalComments: "linked",
  });
  const legal = built.outputFiles.find(file => file.path.endsWith(".LEGAL.txt"));
  const files = built.outputFiles.filter(file => file !== legal).map(({ path, contents }) => ({ path, contents }));
  const path = join(target, `${outfile}.LEGAL.txt`);
  return [...files, { path, contents: `${legal?.text ?? ""}\n${await licences(built.metafile)}` }];
}

async function program(outfile, entry) {
  const source = `made from ${entry} of cdktf-rollup-network (Apache-2.0); change it there`;
  const banner = `// ${outfile}: ${source}. Needs Node 20 or later.`;
  const built = await build({
    ...common,
    outfile: join(target, outfile),
    // The package is CommonJS: without an export, esbuild takes the entry for a script and wraps every module.
    stdin: {
      contents: `${await readFile(join(root, entry), "utf8")}export {};\n`,
      resolveDir: join(root, dirname(entry)),
      sourcefile: entry,
      loader: "ts",
    },
    format: "esm",
    legalComments: "inline",
    charset: "utf8",
    banner: { js: banner },
  });
  const foreign = Object.keys(built.metafile.inputs).filter(path => path.includes("node_modules"));
  const imports = Object.values(built.metafile.outputs).flatMap(output => output.imports.map(({ path }) => path));
  foreign.push(...imports.filter(path => !path.startsWith("node:") || !builtinModules.includes(path.slice(5))));
  if (foreign.length)
    throw new Error(`${entry} may import Node's standard library alone (as node:…), not ${foreign.join(", ")}`);
  return built.outputFiles.map(({ path, contents }) => ({ path, contents }));
}

/** The licence text of every package inside a bundle. */
async function licences(metafile) {
  const packages = Object.keys(metafile.inputs).map(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const texts = [...new Set(packages)]
    .filter(Boolean)
    .sort()
    .map(async path => {
      const { name, version, license } = JSON.parse(await readFile(join(root, path, "package.json"), "utf8"));
      const attempts = ["LICENSE", "LICENSE.md", "LICENSE-MIT", "license"].map(file =>
        readFile(join(root, path, file), "utf8"),
      );
      const text = await Promise.any(attempts).catch(() => "");
      return `${"-".repeat(80)}\n${name} ${version} (${license})\n\n${text.trim()}\n`;
    });
  return (await Promise.all(texts)).join("\n");
}

const bundles = await Promise.all([
  library("enr-lib.cjs", enrLib, "@chainsafe/enr"), // so that keys and records share one copy of each package
  library("chain-lib.cjs", chainLib, "@chainsafe/enr"),
  library("chart-lib.cjs", chartLib, "echarts"),
  library("layout-lib.cjs", layoutLib, "@dagrejs/dagre"),
  program("p2p-agent.mjs", "agents/p2p/main.ts"),
  program("lease-agent.mjs", "agents/lease/main.ts"),
  program("gate.mjs", "agents/gate/main.ts"),
]);

await mkdir(target, { recursive: true });
for (const { path, contents } of bundles.flat()) {
  // Replaced whole, so that nobody who loads a bundle meanwhile sees half of it.
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, contents);
  await rename(partial, path);
  if (!path.endsWith(".txt"))
    console.log(`${relative(process.cwd(), path)}  ${(contents.length / 1024).toFixed(1)} KiB`);
}
