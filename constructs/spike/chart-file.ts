import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { type Construct, TerraformAsset } from "../kubernetes/framework/terraform";
import { isToken } from "../kubernetes/framework/tokens";
import { type Problem, refuse } from "../kubernetes/problem";
import { kubernetesOf } from "../kubernetes/vocabulary/scope";

/** Where the charts of SPIRE and SPIKE are. */
export const SPIFFE_CHARTS = "https://spiffe.github.io/helm-charts-hardened/";

/** A release of a chart, and the file with it where it does not come from a repository. */
export interface Chart {
  readonly name: string;
  readonly version: string;
  readonly file?: string;
}

/** The props that name a chart's release and its file. */
export interface ChartProps {
  readonly version: string;
  readonly file: string;
}

/** What a Helm release is told of its chart. A file is copied into the stack, where Terraform finds it. */
export function chartOf(scope: Construct, id: string, props: ChartProps, { name, version, file }: Chart) {
  const { chartRepository, registry } = kubernetesOf(scope);
  if (file === undefined) {
    const repository = chartRepository ?? (registry ? `oci://${registry}` : SPIFFE_CHARTS);
    return { chart: name, version, repository };
  }
  refuse(`chart of ${scope.node.path}`, twoPlaces([props.file], chartRepository));
  return { chart: new TerraformAsset(scope, id, { path: resolve(file) }).path, version };
}

/** A chart that has a file and a repository of charts. The `registry` stays: images come from there. */
export function twoPlaces(path: Problem["path"], chartRepository: string | undefined): Problem[] {
  if (chartRepository === undefined) return [];
  const message = `the chart has a file, and is in the chartRepository ${chartRepository} too`;
  return [{ path, message, remedy: "remove one of them" }];
}

/** What is wrong with the file of a chart, which is read. */
export function chartFileProblems(props: ChartProps, { name, version, file }: Chart): Problem[] {
  if (file === undefined) return [];
  const path = [props.file];
  try {
    const found = chartIn(file);
    const is = `${file} is the chart ${found.name} ${found.version}`;
    if (found.name !== name) {
      return [{ path, message: `${is}, not ${name}`, remedy: `name the file of ${name} ${version}` }];
    }
    if (isToken(version) || found.version === version) return [];
    const remedy = (called: (inCode: string) => string) =>
      `set ${called(props.version)}: ${found.version}, or name the file of ${version}`;
    return [{ path, message: `${is}, not ${version}`, remedy }];
  } catch (error) {
    const { message, remedy = `get it: helm pull ${name} --version ${version} --repo ${SPIFFE_CHARTS}` } =
      error instanceof NoChart ? error : new NoChart(`cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return [{ path, message: `${file} ${message}`, remedy }];
  }
}

/** Why a file is no chart. */
class NoChart extends Error {
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/** Helm unpacks no more: `MaxDecompressedChartSize` of its release 3.19. */
const MOST_MIB = 100;

/** Name and version that a packed chart gives itself. */
function chartIn(file: string): { name: string; version: string } {
  const stats = statSync(file);
  if (stats.isDirectory()) throw new NoChart("is a folder, not a packed chart", `pack it: helm package ${file}`);
  // A pipe or a device might never end.
  if (!stats.isFile() || stats.size > MOST_MIB * 2 ** 20) throw new NoChart(`is no file of at most ${MOST_MIB} MiB`);
  const text = textIn(unpacked(readFileSync(file)), /^[^/]+\/Chart\.yaml$/);
  if (text === undefined) throw new NoChart("is no packed chart: it has no Chart.yaml");
  const { name, version } = Object(yamlOf(text));
  return { name: String(name), version: String(version) };
}

function unpacked(packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: MOST_MIB * 2 ** 20 });
  } catch (error) {
    throw new NoChart(`is no packed chart: ${(error as Error).message}`);
  }
}

function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new NoChart(`is no packed chart: its Chart.yaml is no YAML: ${(error as Error).message.split("\n")[0]}`);
  }
}

/** Size of a block in a tar archive, and of the header of a file. */
const BLOCK = 512;

/** The text of the first file in a tar archive whose name matches. */
function textIn(tar: Buffer, wanted: RegExp): string | undefined {
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const field = (from: number, length: number) =>
      tar.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
    const size = Number.parseInt(field(124, 12), 8) || 0;
    // POSIX has the beginning of a long name in a field of its own, where GNU has times.
    const folder = field(257, 8) === "ustar" ? field(345, 155) : "";
    const name = [folder, field(0, 100)].filter(Boolean).join("/");
    const isFile = ["", "0"].includes(field(156, 1));
    at += BLOCK;
    if (isFile && wanted.test(name)) return tar.toString("utf8", at, at + size);
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}
