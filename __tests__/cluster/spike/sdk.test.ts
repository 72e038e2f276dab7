import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastError } from "../../../cli/check/platform/containers";
import type { KubernetesObject } from "../../../manifests/objects";
import { run } from "../driver/run";
import { manifestsFor } from "../driver/stack";
import { SDK_EXAMPLE } from "./example";

/**
 * SPIKE's real SDK against what this package gives SPIKE: the Job's environment, read by the SDK, and the preflight
 * against the SDK's servers. The programs around the SDK are stand-ins (`sdk/`): SPIKE's own do not resolve as modules.
 */
jest.setTimeout(600_000);

const dir = mkdtempSync(join(tmpdir(), "spike-sdk-"));
const program = join(dir, "spike");
const started: ChildProcess[] = [];
const ID = "spiffe://example.org/spike";
const PORTS = { keepers: [18_441, 18_442, 18_443], nexus: 18_553 };
const peers = PORTS.keepers.map(port => `https://localhost:${port}`);

beforeAll(async () => {
  await run(["go", "build", "-C", join(__dirname, "sdk"), "-p", "2", "-o", program, "."]);
  const identities = {
    ...Object.fromEntries([0, 1, 2].map(i => [`keeper-${i}`, `${ID}/keeper/spike-keeper-${i}`])),
    nexus: `${ID}/nexus/spike-spike-nexus-0`,
    bootstrap: `${ID}/bootstrap/spike-bootstrap-x`,
    pilot: `${ID}/pilot/role/superuser`,
  };
  const words = Object.entries(identities).map(([name, id]) => `${name}=${id}`);
  const agent = spawn(program, ["workload-api", dir, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  started.push(agent);
  await once(agent.stdout, "data");
});

afterEach(() => stop(1));
afterAll(async () => {
  await stop(0);
  rmSync(dir, { recursive: true });
});

/** Ends what was started, but for the first ones. */
async function stop(from: number): Promise<void> {
  await Promise.all(
    started.splice(from).map(async child => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    }),
  );
}

/** The Job's environment, with names of this machine in place of those of the cluster. */
const job = manifestsFor(SDK_EXAMPLE, []).objects.find(({ kind }) => kind === "Job") as KubernetesObject & {
  spec: { template: { spec: Record<"initContainers" | "containers", { env: { name: string; value?: string }[] }[]> } };
};
const envOf = (containers: "initContainers" | "containers"): Record<string, string> =>
  Object.fromEntries(
    (job.spec.template.spec[containers][0]?.env ?? []).flatMap(({ name, value }) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
const local = (name: string) => ({
  ...envOf("containers"),
  PATH: process.env.PATH,
  SPIFFE_ENDPOINT_SOCKET: `unix://${dir}/${name}.sock`,
  SPIKE_NEXUS_KEEPER_PEERS: peers.join(","),
  SPIKE_NEXUS_API_URL: `https://localhost:${PORTS.nexus}`,
});

function start(command: string, identity: string, env: Record<string, string>): void {
  started.push(spawn(program, [command], { env: { ...local(identity), ...env }, stdio: "ignore" }));
}
const keeper = (i: number, identity = `keeper-${i}`) =>
  start("keeper", identity, { SPIKE_KEEPER_TLS_PORT: `:${PORTS.keepers[i]}` });
const nexus = () => start("nexus", "nexus", { SPIKE_NEXUS_TLS_PORT: `:${PORTS.nexus}` });

async function ended(child: ChildProcess): Promise<{ code: number; text: string }> {
  started.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", chunk => {
      text += chunk;
    });
  }
  const [code] = await once(child, "close");
  return { code, text };
}
const bootstrap = (env: Record<string, string> = {}, identity = "bootstrap") =>
  ended(spawn(program, ["bootstrap"], { env: { ...local(identity), ...env } }));

/** The preflight that the Job runs, which nobody gave an identity. */
function preflight(): Promise<{ code: number; text: string }> {
  const { GATE_MARKER: _, GATE_MARKER_KEY: __, ...env } = envOf("initContainers");
  const targets = JSON.parse(env.GATE_TARGETS ?? "").map((target: object, i: number) => ({ ...target, url: peers[i] }));
  const child = spawn(process.execPath, ["bundles/gate.mjs"], {
    env: { ...env, PATH: process.env.PATH, GATE_TARGETS: JSON.stringify(targets), TERMINATION_LOG: join(dir, "log") },
  });
  return ended(child);
}

test("SPIKE reads the Job's environment as it is meant, and no default", async () => {
  const child = spawn(program, ["env"], { env: { ...envOf("containers"), PATH: process.env.PATH } });
  const keeperAt = (i: number) => `https://spike-keeper-${i}.spike-keeper-headless.spike-sdk.svc.cluster.local:8443`;
  expect(JSON.parse((await ended(child)).text)).toEqual({
    keepers: { 1: keeperAt(0), 2: keeperAt(1), 3: keeperAt(2) },
    shares: 3,
    threshold: 3,
    nexus: "https://spike-spike-nexus.spike-sdk.svc.cluster.local:443",
    keeperTimeout: "4s",
    keeperMaxRetries: 4,
    firstWait: "285ms",
    longestWait: "4s",
    verificationTimeout: "25s",
    timeout: "1m17s",
    configMap: "spike-bootstrap-state",
    svidTimeout: "10s",
    socket: "unix:///spiffe-workload-api/spire-agent.sock",
    logLevel: "INFO",
    trustRoot: "example.org",
    trustRoots: { keeper: "example.org", nexus: "example.org", bootstrap: "example.org" },
  });
});

test("keepers that are up pass the preflight, and the bootstrap has Nexus decrypt with the new key", async () => {
  for (const i of [0, 1, 2]) keeper(i);
  nexus();
  const looked = await preflight();
  expect({ code: looked.code, last: looked.text.trimEnd().split("\n").at(-1) }).toEqual({
    code: 0,
    last: "all 3 answer: keeper 1, keeper 2, keeper 3",
  });
  const { code, text } = await bootstrap();
  expect(text).toContain("bootstrap completed successfully");
  expect(code).toBe(0);
});

test("a keeper that is gone is named by the preflight, and by the bootstrap within its bounds", async () => {
  keeper(0);
  keeper(2);
  const looked = await preflight();
  expect(looked.code).toBe(1);
  expect(looked.text).toContain(`Failed to reach keeper 2 at ${peers[1]} after 4 attempts (4s timeout).`);
  const { code, text } = await bootstrap();
  expect(code).toBe(1);
  expect(text.match(/"failed to send shard: will retry"/g)).toHaveLength(4);
  // Kubernetes keeps the last 2 KiB of a log.
  expect(lastError(text.slice(-2048))).toBe(
    `failed to reach keeper 2 at ${peers[1]} after 4 attempts; ensure all keepers are running and rerun bootstrap`,
  );
});

test("what has no keeper's identity is refused by both", async () => {
  keeper(0);
  keeper(1);
  keeper(2, "pilot");
  const looked = await preflight();
  expect(looked.text).toContain(`the certificate is of ${ID}/pilot/role/superuser, not of ${ID}/keeper/spike-keeper-2`);
  const { code, text } = await bootstrap();
  expect(code).toBe(1);
  expect(lastError(text)).toContain("failed to reach keeper 3");
});

test("who is not the bootstrap makes no key", async () => {
  for (const i of [0, 1, 2]) keeper(i);
  const { code, text } = await bootstrap({}, "pilot");
  expect({ code, said: lastError(text) }).toEqual({ code: 1, said: "bootstrap SPIFFE ID required" });
});

test("without an agent the bootstrap ends, and says so", async () => {
  const { code, text } = await bootstrap({
    SPIFFE_ENDPOINT_SOCKET: `unix://${dir}/nobody.sock`,
    SPIKE_SPIFFE_SOURCE_TIMEOUT: "1s",
  });
  expect(code).toBe(1);
  expect(lastError(text)).toContain("unable to fetch X509Source");
});
