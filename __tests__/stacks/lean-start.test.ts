import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

test("a program loads no archiver with the framework, which zips a folder all the same", () => {
  const outdir = mkdtempSync(join(tmpdir(), "lean-start-"));
  const program = `
    require("./stacks/lean-start");
    const { App, AssetType, TerraformAsset, TerraformStack } = require("cdktf");
    const app = new App({ outdir: ${JSON.stringify(outdir)}, skipValidation: true });
    const stack = new TerraformStack(app, "stack");
    const asset = new TerraformAsset(stack, "Folder", { path: "./charts/objects", type: AssetType.ARCHIVE });
    app.synth();
    process.stdout.write(JSON.stringify({ zip: asset.path, files: Object.keys(require.cache) }));`;
  try {
    const text = execFileSync(process.execPath, ["--require", "./tools/ts.cjs", "--eval", program], {
      encoding: "utf8",
    });
    const { zip, files } = JSON.parse(text) as { zip: string; files: string[] };
    expect(files.filter(file => /\/(archiver-utils|zip-stream)\//.test(file))).toEqual([]);
    expect(
      readFileSync(join(outdir, "stacks", "stack", zip))
        .subarray(0, 2)
        .toString(),
    ).toBe("PK");
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
