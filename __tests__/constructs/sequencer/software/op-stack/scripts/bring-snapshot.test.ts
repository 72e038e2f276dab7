import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { execute, folder, run, SHELLS, scripts } from "../../../../run-script";

const CURL = execFileSync("sh", ["-c", "command -v curl"], { encoding: "utf8" }).trim();
const BLOCKS = Buffer.alloc(400_000, "blocks of the chain ");

/** An archive of these files, made by tar with these words. */
function archive(files: Readonly<Record<string, string | Buffer>>, ...words: string[]): Buffer {
  const dir = folder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(dir, path, ".."), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  return execFileSync("tar", ["-cf", "-", "-C", dir, ...(words.length > 0 ? words : ["."])], { maxBuffer: 2 ** 24 });
}
const DATA = { "geth/chaindata/000001.ldb": BLOCKS, "geth/nodekey": "k", ".hidden": "h" };
const TAR = archive(DATA);
const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");

/** How a server answers a call: with so many bytes of what is asked for, at once or very slowly. */
interface Answer {
  readonly status?: number;
  readonly bytes?: number;
  readonly hangs?: boolean;
}

interface Served {
  readonly url: string;
  /** The range that each call asked for. */
  readonly asked: (string | undefined)[];
  readonly server: Server;
}

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Serves a file; the n-th call is answered by the n-th answer, and later ones wholly. */
async function serve(content: Buffer, ...answers: readonly Answer[]): Promise<Served> {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const { status, bytes, hangs } = answers[asked.push(request.headers.range) - 1] ?? {};
    if (status) return response.writeHead(status).end();
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from >= content.length) return response.writeHead(416).end();
    const rest = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": rest.length,
      ...(from > 0 && { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    if (bytes === undefined) return response.end(rest);
    return response.write(rest.subarray(0, bytes), () => hangs || response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/data.tar`, asked, server };
}

interface Options {
  readonly shell: string;
  /** The volume. */
  readonly data?: string;
  readonly url: string;
  readonly hash?: string;
  readonly format?: string;
  readonly curl?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly termWhen?: string;
}

async function bring({ shell, data = folder(), url, hash, format = "tar", curl, env, termWhen }: Options) {
  const result = await run("bring-snapshot.sh", {
    env: {
      POD_NAME: "seq-1",
      URL: url,
      SHA256: hash ?? sha256(TAR),
      FORMAT: format,
      HOLDS: "geth/chaindata",
      RETRY_SECONDS: "0",
      SAY_SECONDS: "1",
      ...env,
    },
    args: [data],
    stubs: { curl: curl ?? `exec ${CURL} "$@"` },
    shell,
    termWhen,
  });
  return { ...result, data, files: readdirSync(data).sort() };
}

const whole = (data: string) => readFileSync(join(data, "geth/chaindata/000001.ldb")).equals(BLOCKS);
const BROUGHT = [".hidden", "geth"];

describe.each(SHELLS)("under %s", shell => {
  test.concurrent.each([
    ["tar", TAR],
    ["tar.gz", gzipSync(TAR)],
  ])("brings what is in a %s to an empty volume, and leaves nothing else there", async (format, content) => {
    const data = folder();
    mkdirSync(join(data, "lost+found"));
    writeFileSync(join(data, "genesis.fetched"), "{}");
    const { url } = await serve(content);
    const { code, files, stderr } = await bring({ shell, data, url, hash: sha256(content), format });
    expect({ code, files }).toEqual({ code: 0, files: [".hidden", "genesis.fetched", "geth", "lost+found"] });
    expect(whole(data)).toBe(true);
    expect(stderr).toContain("the volume has the snapshot");
  });

  test.concurrent("asks nobody where the volume has data", async () => {
    const data = folder();
    mkdirSync(join(data, "geth"));
    const { url, asked } = await serve(TAR);
    const { code, files, stderr } = await bring({ shell, data, url });
    expect({ code, files, asked }).toEqual({ code: 0, files: ["geth"], asked: [] });
    expect(stderr).toContain("the volume has data already: no snapshot is brought");
  });

  test.concurrent("tries again until there is an answer, and goes on where a connection broke", async () => {
    const { url, asked } = await serve(TAR, { status: 503 }, { bytes: 100_000 });
    const { code, files, data, stderr } = await bring({ shell, url });
    expect({ code, files, whole: whole(data) }).toEqual({ code: 0, files: BROUGHT, whole: true });
    expect(asked).toEqual([undefined, undefined, expect.stringMatching(/^bytes=\d{4,}-$/)]);
    expect(stderr).toContain("cannot be read (see above): trying again");
  });

  test.concurrent("a start goes on where a killed one was fetching, which said how far it was", async () => {
    const { url, asked } = await serve(TAR, { bytes: 150_000, hangs: true });
    const first = await bring({ shell, url, termWhen: "start: fetched: 1" });
    expect({ code: first.code, files: first.files }).toEqual({ code: 143, files: [".snapshot"] });
    const { code, files, data } = await bring({ shell, data: first.data, url });
    expect({ code, files, whole: whole(data) }).toEqual({ code: 0, files: BROUGHT, whole: true });
    expect(asked).toEqual([undefined, expect.stringMatching(/^bytes=\d{4,}-$/)]);
  });

  test.concurrent("fetches nothing of an archive that is there and was not compared before a kill", async () => {
    const { url, asked } = await serve(TAR);
    const data = left(url, { part: TAR });
    const { code, files } = await bring({ shell, data, url });
    expect({ code, files, asked }).toEqual({ code: 0, files: BROUGHT, asked: [] });
  });

  test.concurrent("unpacks again what a kill left half unpacked", async () => {
    const { url, asked } = await serve(TAR);
    const data = left(url, { archive: TAR, "new/geth/chaindata/half.ldb": "half" });
    const { code, files } = await bring({ shell, data, url });
    expect({ code, files, asked }).toEqual({ code: 0, files: BROUGHT, asked: [] });
    expect(readdirSync(join(data, "geth/chaindata"))).toEqual(["000001.ldb"]);
  });

  test.concurrent("moves what a kill left to be moved", async () => {
    const { url, asked } = await serve(TAR);
    const data = left(url, { archive: TAR, "ready/geth/chaindata/000001.ldb": BLOCKS });
    writeFileSync(join(data, ".hidden"), "moved already");
    const { code, files } = await bring({ shell, data, url });
    expect({ code, files, asked, whole: whole(data) }).toEqual({ code: 0, files: BROUGHT, asked: [], whole: true });
  });

  test.concurrent("begins again where parts are of two archives", async () => {
    const { url, asked } = await serve(TAR);
    const data = left(url, { part: Buffer.alloc(1000, "x") });
    const { code, files, stderr } = await bring({ shell, data, url });
    expect({ code, files, asked }).toEqual({ code: 0, files: BROUGHT, asked: ["bytes=1000-", undefined] });
    expect(stderr).toContain("its parts do not fit together: fetching all of it");
  });

  test.concurrent("begins again where the values name another snapshot by now", async () => {
    const { url, asked } = await serve(TAR);
    const data = left("http://other.example.com/data.tar", { part: TAR.subarray(0, 1000), refused: "is another one" });
    const { code, files } = await bring({ shell, data, url });
    expect({ code, files, asked }).toEqual({ code: 0, files: BROUGHT, asked: [undefined] });
  });

  test.concurrent("begins again where a server sends no rest of a file", async () => {
    const { url, asked } = await serve(TAR);
    const data = left(url, { part: TAR.subarray(0, 1000) });
    const curl = `[ ! -s "${join(data, ".snapshot/part")}" ] || exit 33; exec ${CURL} "$@"`;
    const { code, files } = await bring({ shell, data, url, curl });
    expect({ code, files, asked }).toEqual({ code: 0, files: BROUGHT, asked: [undefined] });
  });

  const other = archive({ "db/mdbx.dat": "of op-reth" });
  const linked = () => {
    const dir = folder();
    mkdirSync(join(dir, "geth/chaindata"), { recursive: true });
    symlinkSync("/etc", join(dir, "geth/chaindata/ancient"));
    return execFileSync("tar", ["-cf", "-", "-C", dir, "."]);
  };
  test.concurrent.each<[string, Buffer, Partial<Options>, RegExp]>([
    ["another hash", TAR, { hash: "5e".repeat(32) }, /has the SHA-256 \w{64}, and not (5e){32}\. Nothing is started/],
    [
      "a path that leads outside",
      archive({ "geth/chaindata/a": "a", x: "x" }, "--transform=s,^x$,../x,", "geth", "x"),
      {},
      /has a path that leads outside: (\.\.\/x|tar: removing leading '\.\.\/' from member names)\./,
    ],
    [
      "a path from the root on",
      archive({ "geth/chaindata/a": "a", x: "x" }, "-P", "--transform=s,^x$,/tmp/x,", "geth", "x"),
      {},
      /has a path that leads outside: (\/tmp\/x|tar: removing leading '\/' from member names)\./,
    ],
    ["a link", linked(), {}, /has something that is no file: geth\/chaindata\/ancient\./],
    ["data of another client", other, {}, /has no folder geth\/chaindata: it has to be made of the content/],
    ["another format", TAR, { format: "tar.gz" }, /cannot be unpacked as tar\.gz \(see above\)/],
    ["half an archive", gzipSync(TAR).subarray(0, 300), { format: "tar.gz" }, /cannot be unpacked as tar\.gz/],
  ])(
    "fails for %s, brings nothing, and does not fetch it again at the next start",
    async (_, content, more, message) => {
      const { url, asked } = await serve(content);
      const first = await bring({ shell, url, hash: sha256(content), ...more });
      expect({ code: first.code, files: first.files }).toEqual({ code: 1, files: [".snapshot"] });
      expect(first.stderr).toMatch(message);
      expect(first.stderr).toContain("delete the claim execution-seq-1 to fetch it again.");
      expect(existsSync(join(first.data, "../x"))).toBe(false);
      const second = await bring({ shell, data: first.data, url, hash: sha256(content), ...more });
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(message);
      expect(asked).toHaveLength(1);
    },
  );

  /** Whether this user may mount a small volume: in namespaces of users and mounts, where the machine has them. */
  const mounts = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
  (mounts ? test.concurrent : test.skip).each([
    ["the archive", 900],
    ["what is in it", 1000 + TAR.length / 1024],
  ])("fails where the volume has no room for %s, and says so", async (_, kilobytes) => {
    const content = archive({ "geth/chaindata/a": Buffer.alloc(1_000_000, "a") });
    const { url } = await serve(content);
    const data = folder();
    const script = `mount -t tmpfs -o size=${Math.ceil(kilobytes)}k none "$1" && exec "$2" "$1"`;
    const { code, stderr } = await execute(
      "unshare",
      ["-rm", "sh", "-c", script, "sh", data, join(scripts(shell), "bring-snapshot.sh")],
      {
        PATH: `${process.env.PATH}`,
        POD_NAME: "seq-1",
        URL: url,
        SHA256: sha256(content),
        FORMAT: "tar",
        HOLDS: "geth/chaindata",
        RETRY_SECONDS: "0",
      },
    );
    expect(code).toBe(1);
    expect(stderr).toContain("the volume is full: it has to hold the archive and what is in it. Expand the claim");
  });
});

/** A volume on which a start was stopped: what is in the folder of its work. */
function left(url: string, files: Readonly<Record<string, string | Buffer>>): string {
  const data = folder();
  for (const [name, content] of Object.entries({ of: `${url} ${sha256(TAR)} tar\n`, ...files })) {
    mkdirSync(join(data, ".snapshot", name, ".."), { recursive: true });
    writeFileSync(join(data, ".snapshot", name), content);
  }
  return data;
}
