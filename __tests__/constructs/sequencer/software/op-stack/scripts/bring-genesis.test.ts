import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { folder, run, SHELLS } from "../../../../run-script";

const GENESIS = '{"config":{}}';

/** Runs it with these files at its source. */
async function bring(shell: string, files: Readonly<Record<string, string | Buffer>>) {
  const dir = folder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  const target = join(dir, "brought.json");
  const result = await run("bring-genesis.sh", {
    env: { POD_NAME: "seq-1", SOURCE: join(dir, "genesis.json") },
    args: [target],
    shell,
  });
  return { ...result, brought: existsSync(target) ? readFileSync(target, "utf8") : undefined };
}

describe.each(SHELLS)("under %s", shell => {
  test.concurrent.each([
    ["a file", { "genesis.json": GENESIS }],
    ["a packed file", { "genesis.json.gz": gzipSync(GENESIS) }],
    ["a packed file whose name does not say so", { "genesis.json": gzipSync(GENESIS) }],
  ])("brings %s", async (_, files) => {
    expect(await bring(shell, files)).toMatchObject({ code: 0, brought: GENESIS });
  });

  test.concurrent("fails without one", async () => {
    const { code, stderr, brought } = await bring(shell, {});
    expect({ code, brought }).toEqual({ code: 1, brought: undefined });
    expect(stderr).toMatch(/fatal: no genesis at .*genesis\.json, and none at .*genesis\.json\.gz/);
  });

  test.concurrent("fails for a packed file that was cut off, and brings no half of it", async () => {
    const { code, stderr, brought } = await bring(shell, { "genesis.json.gz": gzipSync(GENESIS).subarray(0, 20) });
    expect({ code, brought }).toEqual({ code: 1, brought: undefined });
    expect(stderr).toContain("cannot be unpacked");
  });
});
