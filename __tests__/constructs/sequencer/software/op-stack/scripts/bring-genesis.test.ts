import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fails, folder, run, SHELLS, type Stub } from "../../../../run-script";

const GENESIS = '{"config":{}}';

interface Fetched {
  readonly curl: Stub;
  /** What it has to be. */
  readonly content: string | Buffer;
}

/** Runs it with these files at its source, which may come from a URL. */
async function bring(shell: string, files: Readonly<Record<string, string | Buffer>>, from?: Fetched) {
  const dir = folder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  const target = join(dir, "brought.json");
  const result = await run("bring-genesis.sh", {
    env: {
      POD_NAME: "seq-1",
      SOURCE: join(dir, "genesis.json"),
      ...(from && { URL: "http://a.example.com/g", SHA256: createHash("sha256").update(from.content).digest("hex") }),
      RETRY_SECONDS: "0",
    },
    args: [target],
    stubs: from ? { curl: from.curl } : {},
    shell,
  });
  return {
    ...result,
    files: readdirSync(dir).sort(),
    brought: existsSync(target) ? readFileSync(target, "utf8") : undefined,
  };
}

describe.each(SHELLS)("under %s", shell => {
  test.concurrent.each([
    ["a file", { "genesis.json": GENESIS }],
    ["a packed file", { "genesis.json.gz": gzipSync(GENESIS) }],
    ["a packed file whose name does not say so", { "genesis.json": gzipSync(GENESIS) }],
  ])("brings %s", async (_, files) => {
    expect(await bring(shell, files)).toMatchObject({ code: 0, brought: GENESIS });
  });

  /** A server that answers with this at the n-th call. */
  const serves = (...contents: readonly (string | undefined)[]): Stub => ({
    "http://a.example.com/g": contents.map(content =>
      content === undefined
        ? fails(22, "curl: (22) The requested URL returned error: 503")
        : `while [ "$1" != -o ]; do shift; done; printf '%s' '${content}' >"$2"`,
    ),
  });

  test.concurrent("fetches one, and tries again until there is one", async () => {
    const curl = serves(undefined, undefined, GENESIS);
    const { code, stderr, brought, files } = await bring(shell, {}, { curl, content: GENESIS });
    expect({ code, brought, files }).toEqual({ code: 0, brought: GENESIS, files: ["brought.json", "genesis.json"] });
    expect(stderr.match(/http:\/\/a\.example\.com\/g cannot be read \(see above\): trying again/g)).toHaveLength(2);
  });

  test.concurrent("asks nobody for one that it has", async () => {
    const { code, brought, calls } = await bring(shell, { "genesis.json": GENESIS }, { curl: "", content: GENESIS });
    expect({ code, brought, calls: calls("curl") }).toEqual({ code: 0, brought: GENESIS, calls: [] });
  });

  test.concurrent("fetches it again where what it has is another", async () => {
    const { code, brought } = await bring(shell, { "genesis.json": "{}" }, { curl: serves(GENESIS), content: GENESIS });
    expect({ code, brought }).toEqual({ code: 0, brought: GENESIS });
  });

  test.concurrent("fails for one with another hash, and brings nothing", async () => {
    const { code, stderr, brought } = await bring(shell, {}, { curl: serves("{}"), content: GENESIS });
    expect({ code, brought }).toEqual({ code: 1, brought: undefined });
    expect(stderr).toMatch(/fatal: http:\/\/a\.example\.com\/g has the SHA-256 44136fa3\w+, and not \w{64}\./);
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
