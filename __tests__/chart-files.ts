import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Charts of the names and releases of SPIRE's, packed by tar; what they would install is nothing. */
export function chartFiles(dir = mkdtempSync(join(tmpdir(), "charts-")), format = "pax") {
  const pack = (name: string, version: string) => {
    // A long name, and before the chart's own file: what is in it is another chart.
    const below = join(name, "charts", "x".repeat(90), "sub");
    mkdirSync(join(dir, below), { recursive: true });
    writeFileSync(join(dir, below, "Chart.yaml"), "apiVersion: v2\nname: sub\nversion: 9.9.9\n");
    writeFileSync(join(dir, name, "Chart.yaml"), `apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
    const file = `${name}-${version}.tgz`;
    execFileSync("tar", [`--format=${format}`, "-czf", file, `${name}/charts`, `${name}/Chart.yaml`], { cwd: dir });
    return join(dir, file);
  };
  return { dir, spire: pack("spire", "0.30.0"), crds: pack("spire-crds", "0.6.0") };
}
