import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { heard, readAnswers, SCRIPT } from "../../../../cli/check/probe/script";

let server: Server;
let open: string;
let folder: string;

beforeAll(async () => {
  server = createServer(socket => socket.end());
  await new Promise<void>(ready => server.listen(0, "127.0.0.1", ready));
  open = String((server.address() as AddressInfo).port);
});
afterAll(() => server.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probe-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const pathOf = (program: string) => execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim();

/** Runs the script with nothing on the PATH but these programs. */
async function run(programs: Readonly<Record<string, string>>, ...targets: string[]) {
  for (const [name, path] of Object.entries({ seq: pathOf("seq"), ...programs })) symlinkSync(path, join(folder, name));
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", SCRIPT, "probe", ...targets], {
    env: { PATH: folder },
  });
  return readAnswers(stdout);
}

const BUSYBOX = ["/bin/busybox", "/usr/bin/busybox"];

test.each<[string, () => Readonly<Record<string, string>>]>([
  ["bash", () => ({ bash: pathOf("bash"), timeout: pathOf("timeout") })],
  ["BusyBox", () => ({ nc: pathOf(BUSYBOX.join(" || command -v ")), timeout: pathOf("busybox") })],
  ["curl", () => ({ curl: pathOf("curl") })],
  ["node", () => ({ node: process.execPath })],
])("%s tells an open port from a closed one and from a name that does not exist", async (_, programs) => {
  const answers = await run(programs(), "127.0.0.1", open, "127.0.0.1", "1", "nobody.invalid", "80");
  expect(answers?.map(({ verdict }) => verdict)).toEqual(["ok", "refused", "unknown"]);
});

test("a container without any of them is asked nothing", async () => {
  expect(await run({}, "127.0.0.1", open)).toBeUndefined();
});

test.each([
  ["once", 1, "ok"],
  ["twice", 2, "dropped"],
])("a call that hears nothing %s", async (_, times, verdict) => {
  const timeout = join(folder, "slow");
  writeFileSync(
    timeout,
    `#!/bin/sh
echo x >>${folder}/calls
[ $(/usr/bin/wc -l <${folder}/calls) -gt ${times} ] || exit 124
shift
exec "$@"
`,
  );
  chmodSync(timeout, 0o755);
  const [answer] = (await run({ timeout, bash: pathOf("bash") }, "127.0.0.1", open)) ?? [];
  expect(answer?.verdict).toBe(verdict);
});

test.each([
  [28, "curl: (28) Time-out time 0.000000", "dropped"],
  [28, "curl: (28) Time-out time 0.000507", "ok"],
  [143, "Terminated", "dropped"],
  [1, "nc: connect to 10.0.0.1 port 80 (tcp) timed out: Operation now in progress", "dropped"],
  [1, "bash: connect: No route to host", "dropped"],
  [7, "curl: (7) Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server", "refused"],
  [1, "nc: bad address 'a.b.svc'", "unknown"],
])("exit code %i and %j is %s", (code, said, verdict) => {
  expect(heard(code, said).verdict).toBe(verdict);
});
