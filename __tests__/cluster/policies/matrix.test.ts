import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NAMESPACE_NAME } from "../../../manifests/read/labels";
import type { Policy } from "../../../manifests/read/policy";
import { cli } from "../driver/cli";
import { driver } from "../driver/driver";
import { Evidence } from "../driver/evidence";
import { apply, deleteNamespaces, kubectl, until } from "../driver/kubectl";
import { Addresses } from "./addresses";
import { ask, type Target, targetsOf } from "./ask";
import { Cast, outsiders, podsOf, sorted } from "./cast";
import { FarNode } from "./far-node";
import { type Cell, differences, measure, portText } from "./matrix";
import { pictureOf } from "./picture";
import { namespaceObject } from "./places";
import { loadImage, start } from "./pods";
import { MATRIX_STACKS } from "./stacks";

/**
 * Everybody calls everybody in every stack, at all ports, on a cluster that obeys NetworkPolicies. Pods have the labels
 * of the stacks' and a program that listens and calls: policies see nothing else.
 */
const casts = MATRIX_STACKS.map(stack => new Cast(stack));
const roles = [...casts.flatMap(cast => cast.roles), ...outsiders];
const ports = {
  tcp: sorted(casts.flatMap(({ tcp }) => tcp)),
  udp: sorted(casts.flatMap(({ udp }) => udp)),
};
const namespaces = [...new Set(roles.map(({ end }) => end.namespace))];
const far = new FarNode();
const seen = new Map<string, Cell[]>();
const dir = mkdtempSync(join(tmpdir(), "flow-matrix-"));
const kubeconfig = join(dir, "kubeconfig");
let addresses: Addresses;

beforeAll(async () => {
  await Promise.all([driver.enforcePolicies(), loadImage(), deleteNamespaces(...namespaces)]);
  await apply(namespaces.map(name => namespaceObject(name)));
  const of = (kind: string) => casts.flatMap(({ world }) => world.objects.filter(each => each.kind === kind));
  await apply([...of("NetworkPolicy"), ...of("Service")]);
  const node = await far.up(ports);
  await start(roles, ports, node);
  addresses = await Addresses.read(node, ports);
}, 400_000);

const evidence = new Evidence("NetworkPolicies: who reaches whom, on a cluster that obeys them");

afterAll(async () => {
  await evidence.write(
    [
      "Everybody called everybody, at every port that a stack declares or names and some that it does not; a row of " +
        "the table is one stack. Green: it answered, and should. Red: it is not as wanted. White: silence.",
      "Pods have the labels and ports of the stacks' and run a small program that listens and calls.",
      "Another node has the addresses of clouds' metadata services, a private and a public one, so that a call there " +
        "would be answered. At its own address a pod with `hostNetwork` answers, and pods with ports of their hosts.",
      "Left out: a pod's own node, which it always reaches; IPv6.",
    ],
    pictureOf(seen),
  );
  await far.down();
  await deleteNamespaces(...namespaces);
}, 200_000);

test("every port answers those whom no policy holds, so that silence is a policy's", async () => {
  const foreign = outsiders.find(({ name }) => name === "foreign") as (typeof outsiders)[number];
  await Promise.all(
    [...new Set(roles.flatMap(podsOf).map(({ node }) => node))].map(async node => {
      const ownPods = roles.flatMap(role =>
        podsOf(role)
          .filter(pod => pod.node === node)
          .flatMap(pod => targetsOf(addresses.ofPod(role, pod), ports)),
      );
      const places = addresses.places.flatMap(place => targetsOf(place.host, place));
      const [own = []] = await ask(node, [{ targets: ownPods }]);
      expect(ownPods.filter((_, i) => own[i] !== "answered")).toEqual([]);
      if (foreign.caller.node !== node) return;
      const [outside = []] = await ask(node, [{ caller: addresses.ofPod(foreign, foreign.caller), targets: places }]);
      expect(places.filter((_, i) => outside[i] === "silent")).toEqual([]);
    }),
  );
}, 60_000);

test("every Service sends to pods", async () => {
  const services = casts.flatMap(({ fronts }) =>
    fronts.map(({ service, port, protocol }): Target => [addresses.ofService(service), port, protocol]),
  );
  await Promise.all(
    driver.nodes.map(node =>
      until("kube-proxy refuses nothing", 60, async () => {
        const [answers = []] = await ask(node, [{ targets: services }]);
        return !answers.includes("refused");
      }),
    ),
  );
}, 70_000);

test.each(casts.map(cast => [cast.id, cast] as const))(
  "%s: what is wired answers, and nothing else",
  async (id, cast) => {
    const cells = await measure(cast, addresses);
    seen.set(id, cells);
    const answered = cells.filter(cell => cell.answered).length;
    const wrong = differences(cells);
    const verdict = wrong.length > 0 ? "NOT those of the table" : "those of the table";
    evidence.add(id, `${answered} of ${cells.length} calls answered, ${verdict}`);
    expect(wrong).toEqual([]);
  },
  60_000,
);

describe("the matrix can fail", () => {
  const cast = casts.find(({ id }) => id === "raft-3-sequencer") as Cast;
  const policy = cast.world.policies.find(({ name }) => name === "seq") as Policy;
  const { ingress = [] } = policy.spec;
  const applyRules = (rules: typeof ingress) => apply([{ ...policy.object, spec: { ...policy.spec, ingress: rules } }]);

  test("without one rule its calls are silent, and no others", async () => {
    const rest = ingress.filter(({ from }) => !JSON.stringify(from).includes("monitoring"));
    expect(rest).toHaveLength(ingress.length - 1);
    await applyRules(rest);
    expect(await turned(cast)).toEqual(["monitoring → seq: 9105", "monitoring → seq: 26660"]);
  }, 120_000);

  test("with one rule more its calls are answered, and no others", async () => {
    const foreign = { namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: "foreign" } } };
    await applyRules([...ingress, { from: [foreign], ports: [{ protocol: "UDP", port: 9999 }] }]);
    expect(await turned(cast)).toEqual(["foreign → seq: 9999/udp"]);
  }, 120_000);

  beforeAll(async () => {
    writeFileSync(kubeconfig, (await kubectl(["config", "view", "--raw", "--flatten"])).stdout, { mode: 0o600 });
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test("the probe of `check` finds the connection of a missing rule, and no other", async () => {
    await applyRules(ingress);
    await until("every connection passes", 60, async () => Object.keys(await dropped()).length === 0);
    const rest = ingress.filter(({ ports = [] }) => !ports.some(({ port }) => port === 9090));
    expect(rest).toHaveLength(ingress.length - 1);
    await applyRules(rest);
    const found = await until("a connection is dropped", 60, async () => {
      const rows = await dropped();
      return Object.keys(rows).length > 0 && rows;
    });
    expect(found).toEqual({
      "seq-proxy → seq:9090": expect.stringMatching(
        /\nNetworkPolicy seq-raft-3\/seq has no ingress rule for it → the manifests have one: .* deploy raft-3$/,
      ),
    });
  }, 180_000);
});

/** What `check --probe` says of the connections of raft-3 that are dropped. The DA is not there, and so not known. */
async function dropped(): Promise<Record<string, string>> {
  const values = ["--values", "examples/sequencer", "--set", `cluster.kubeconfig=${kubeconfig}`];
  const { stdout } = await cli("check", "raft-3", ...values, "--no-drift", "--probe", "--json");
  const rows: { check: string; verdict?: string; unknown?: true; detail: string }[] = JSON.parse(stdout).checks;
  const of = (name: string) => rows.filter(({ check }) => check.includes(name));
  expect(of(" → seq:").filter(({ unknown }) => unknown)).toEqual([]);
  expect(of("da.example-da.svc")).toMatchObject([{ unknown: true }]);
  return Object.fromEntries(
    rows.filter(({ verdict }) => verdict === "dropped").map(({ check, detail }) => [check, detail]),
  );
}

/** Calls that end otherwise than before. */
function turned(cast: Cast): Promise<string[]> {
  return until("a call ends otherwise", 60, async () => {
    const before = seen.get(cast.id) ?? [];
    const now = await measure(cast, addresses);
    const other = now.filter(({ answered }, i) => answered !== before[i]?.answered);
    return other.length > 0 && other.map(cell => `${cell.from} → ${cell.to}: ${portText(cell)}`);
  });
}
