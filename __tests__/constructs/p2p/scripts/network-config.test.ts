import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { aztec, BootstrapNode, FullNode } from "../../../../constructs";
import { enrOf, newStack, synth } from "../../fixtures";
import { atEnd, folder, prints, run, type Stub } from "../../run-script";

const [ours, theirs] = [
  [enrOf("10.96.7.7"), enrOf("10.96.7.8")],
  [enrOf("203.0.113.7"), enrOf("203.0.113.8")],
];
const entry = { bootnodes: theirs, snapshots: [], registryAddress: "0x1", l1ChainId: 11155111, other: { kept: 1 } };

/** Serves a network's configuration as GitHub does, and answers its URL. */
async function serve(answer: unknown): Promise<string> {
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  const handle: RequestListener = typeof answer === "function" ? (answer as RequestListener) : (_, r) => r.end(text);
  const server = createServer(handle);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/network_config.json`;
}

/** Stands for the node: prints what it would read of its network. */
const node = `echo "BOOTSTRAP_NODES \${BOOTSTRAP_NODES-unset}"; cat "$NETWORK_CONFIG_LOCATION"`;

/** Runs the rendered start of a node, with its rendered environment; folders of the pod are below `pod`. */
async function start(url: string, more: Record<string, string> = {}, pod = folder()) {
  const hostname: Stub = { "-i": prints("10.244.0.9") };
  const { env, args } = rendered(url);
  const at = (path: string) => join(pod, path);
  for (const made of ["network", "data"]) mkdirSync(at(made), { recursive: true });
  const result = await run("start-node.sh", {
    env: {
      ...env,
      POD_NAME: "full-0",
      DATA_DIRECTORY: at("data/data"),
      CRS_PATH: at("data/crs"),
      NETWORK_DIR: at("network"),
      NETWORK_KEPT_DIR: at("data/network"),
      NETWORK_INTERVAL_SECONDS: "0",
      ...more,
    },
    args,
    stubs: { node: `case "$*" in *index.js*) ${node} ;; *) exec ${process.execPath} "$@" ;; esac`, hostname },
  });
  const status = at("network/status");
  const [first = "", config] = result.stdout.split("\n");
  return {
    ...result,
    first,
    config: config ? JSON.parse(config) : undefined,
    status: existsSync(status) ? readFileSync(status, "utf8") : undefined,
    pod,
  };
}

/** What the manifest of a full node gives its container. */
function rendered(networkConfigUrl: string) {
  const software = aztec({ image: "aztec:4.1.2", network: "devnet", l1ChainId: 11155111, networkConfigUrl });
  const { get } = synth(
    stack =>
      new FullNode(stack, "Full", {
        namespace: "net",
        software,
        networkAccess: false, // a policy cannot lead to the loopback of this test
        bootnodes: [{ bootnodes: { kind: "known", enrs: ours } }],
      }),
  );
  const [{ env, args, command }] = get("Deployment", "full").spec.template.spec.containers;
  expect(command).toEqual(["/scripts/start-node.sh"]);
  const texts = (env as { name: string; value?: string }[]).filter(({ value }) => value !== undefined);
  return { args, env: Object.fromEntries(texts.map(({ name, value }) => [name, value as string])) };
}

test.concurrent("the node reads its own bootnodes beside the network's, and all else as it is served", async () => {
  const { first, config, status, stderr } = await start(await serve({ testnet: {}, devnet: entry }));
  expect(first).toBe("BOOTSTRAP_NODES unset");
  expect(config).toEqual({ devnet: { ...entry, bootnodes: [...ours, ...theirs] } });
  expect(status).toBe("served");
  expect(stderr).toContain("network devnet: 2 bootnodes of the network, 2 of its own\n");
});

test.concurrent("a bootnode that is in both lists is there once", async () => {
  const { config } = await start(await serve({ devnet: { ...entry, bootnodes: [ours[1], theirs[0]] } }));
  expect(config.devnet.bootnodes).toEqual([...ours, theirs[0]]);
});

test.concurrent("where none can be read, the node starts with what it read before, and says so", async () => {
  const { pod } = await start(await serve({ devnet: entry }));
  const { config, status, stderr } = await start(await serve("<html>"), {}, pod);
  expect(config.devnet.bootnodes).toEqual([...ours, ...theirs]);
  expect(status).toBe("unread");
  expect(stderr).toContain("warning: network devnet cannot be read: the configuration that was read before is used");
});

test.concurrent("the second URL is asked where the first one does not answer", async () => {
  const [first, second] = [
    await serve((_: unknown, r: { destroy(): void }) => r.destroy()),
    await serve({ devnet: entry }),
  ];
  const { status } = await start(first, { NETWORK_URLS: `${first} ${second}` });
  expect(status).toBe("served");
});

/** Short only where the end of it is what is waited for: elsewhere a busy machine may need long for an answer. */
const NEVER_ENDS = { NETWORK_TIMEOUT_SECONDS: "0.5" };

test.concurrent.each<[string, unknown, string, Record<string, string>?]>([
  ["that is not JSON", "<html>", 'it is not JSON: "<html>"'],
  ["that is not there", (_: unknown, r: Parameters<RequestListener>[1]) => r.writeHead(404).end(), "http status 404"],
  [
    "that never ends",
    (_: unknown, r: Parameters<RequestListener>[1]) => r.write("{"),
    "aborted due to timeout",
    NEVER_ENDS,
  ],
  ["without the network", { testnet: entry }, "it has no network devnet, but testnet"],
  ["whose bootnodes are none", { devnet: { ...entry, bootnodes: ["http://boot"] } }, "the bootnodes of devnet are not"],
  [
    "without a registry",
    { devnet: { ...entry, registryAddress: undefined } },
    "devnet has no snapshots, registryAddress",
  ],
])("fails for a configuration %s, bounded, with the URL and the remedy", async (_, answer, reason, env = {}) => {
  const url = await serve(answer);
  const { code, first, stderr, status } = await start(url, env);
  expect({ code, first, status }).toEqual({ code: 1, first: "", status: "unread" });
  expect(stderr).toContain(`network devnet of ${url}: attempt 3/3: `);
  expect(stderr).toContain(reason);
  expect(stderr).toContain(`fatal: the configuration of network devnet cannot be read from ${url}, and none was kept`);
  expect(stderr).toContain("give its URL as networkConfigUrl");
});

test.concurrent("fails for a network of another L1", async () => {
  const { code, stderr } = await start(await serve({ devnet: { ...entry, l1ChainId: 1 } }));
  expect(code).toBe(1);
  expect(stderr).toContain("fatal: network devnet is on the L1 of chain ID 1, but l1ChainId is 11155111: correct one");
});

test.concurrent("a broken copy of before is as none", async () => {
  const pod = folder();
  mkdirSync(join(pod, "data/network"), { recursive: true });
  writeFileSync(join(pod, "data/network/devnet.json"), '{"devnet":');
  const { code } = await start(await serve("x"), {}, pod);
  expect(code).toBe(1);
});

test("a bootstrap node reads it too, and its agent may see how that went", () => {
  const software = aztec({ image: "aztec:4.1.2", network: "devnet" });
  const { get } = synth(stack => new BootstrapNode(stack, "Boot", { namespace: "net", software }));
  const [container, agent] = get("StatefulSet", "boot").spec.template.spec.containers;
  expect(container.env).toContainEqual({ name: "NETWORK_NAME", value: "devnet" });
  expect(container.env).toContainEqual({ name: "NETWORK_KEPT_DIR", value: "/data/network" });
  expect(container.env.map(({ name }: { name: string }) => name)).not.toContain("L1_CHAIN_ID");
  expect(agent.volumeMounts).toContainEqual({ name: "network", mountPath: "/network", readOnly: true });
  expect(agent.env).toContainEqual({ name: "AGENT_NETWORK_STATUS_FILE", value: "/network/status" });
  expect(get("ConfigMap", "boot-scripts").data["network-config.mjs"]).toBeDefined();
});

test("without a named network there is no volume, and no script, for its configuration", () => {
  const stack = newStack();
  expect(
    () => new FullNode(stack, "Full", { namespace: "net", software: aztec({ image: "aztec:4.1.2" }) }),
  ).not.toThrow();
  const { get } = synth(s => new FullNode(s, "Full", { namespace: "net", software: aztec({ image: "aztec:4.1.2" }) }));
  expect(JSON.stringify(get("Deployment", "full"))).not.toContain("NETWORK_");
  expect(get("ConfigMap", "full-scripts").data["network-config.mjs"]).toBeUndefined();
});
