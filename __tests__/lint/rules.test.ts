import { rendered } from "../../cli/manifests";
import { accepted } from "../../lint/accepted";
import { type Finding, lint } from "../../lint/lint";
import { RULE_IDS } from "../../lint/rule-ids";
import { rules } from "../../lint/rules";
import type { StackManifests } from "../../manifests/objects";
import { type LoadOptions, loadEnvironments } from "../../values/load/load";
import {
  again,
  beyondTheAnnounceMode,
  governedByNoSelector,
  initContainerByLatest,
  mutations,
  OP_SINGLE,
  opNodeStopped,
  opStackFlag,
  set,
} from "./mutations";

/** The manifests of every environment of a folder, all sections together. */
function render(dir: string, options: Partial<LoadOptions> = {}): Record<string, StackManifests> {
  return Object.fromEntries(
    rendered(loadEnvironments({ dir, ...options }), (stacks, { name }) => {
      const objects = stacks.flatMap(({ manifests }) => manifests.objects);
      return [name, { objects, releases: stacks.flatMap(({ manifests }) => manifests.releases) }];
    }),
  );
}

const values = render("values");
const { mainnet: digests } = render("values", {
  names: ["mainnet"],
  set: [`p2p.image=aztec:6.0.0@sha256:${"0".repeat(64)}`],
});
const examples = ["examples/sequencer", "examples/spike", "examples/sequencer/single-to-ha/after"].map(dir =>
  render(dir),
);
const environments: Record<string, StackManifests> = {
  ...values,
  digests: digests as StackManifests,
  "op-stack": examples[0]?.["op-stack"] as StackManifests,
  "op-stack-single": examples[0]?.["op-stack-single"] as StackManifests,
};
const { staging: onHost } = render("values", {
  names: ["staging"],
  set: ["p2p.bootstrap[0].announce.publicIp=hostNetwork"],
});
const balanced = "p2p.bootstrap[0].announce={ address: { ips: [203.0.113.7] } }";
const { devnet: loadBalancer } = render("values", { names: ["devnet"], set: [balanced] });
const { devnet: usersOfPlatform } = render("values", { names: ["devnet"], set: ["kubernetes.users=platform"] });
const shipped = [values, ...examples, { onHost, loadBalancer, usersOfPlatform }].flatMap(each =>
  Object.entries(each as Record<string, StackManifests>),
);
const found = new Map(Object.entries(environments).map(([name, manifests]) => [name, lint(manifests)]));

const place = ({ rule, object, path }: Finding) => `${rule} ${object} ${path}`;

/** What a mutated environment has that it had not before. */
function added(of: string, change: (manifests: StackManifests) => StackManifests): Finding[] {
  const before = new Set(found.get(of)?.map(place));
  return lint(change(environments[of] as StackManifests)).filter(finding => !before.has(place(finding)));
}

test("the ids that waivers may name are those of all rules", () => {
  expect([...RULE_IDS].sort()).toEqual(rules.map(({ id }) => id).sort());
});

test.each(shipped)("%s has no error and no warning", (_, manifests) => {
  expect(lint(manifests).filter(({ severity, waived }) => severity !== "note" && !waived)).toEqual([]);
});

test.each(rules.map(({ id, severity }) => [id, severity]))("%s is found where it alone is broken", (id, severity) => {
  const mutation = mutations[id];
  if (!mutation) throw new Error(`${id} has no mutation`);
  const findings = added(mutation.of, mutation.change);
  expect([...new Set(findings.map(({ rule }) => rule))]).toEqual([id]);
  for (const finding of findings) {
    expect(finding).toMatchObject({ severity });
    expect(finding.waived).toBeUndefined();
  }
});

test.each([
  ["node", "rpc.addr", "10.0.0.1", "op-stack-loopback", "has rpc.addr of op-node at 10.0.0.1"],
  ["execution", "authrpc.addr", "0.0.0.0", "op-stack-loopback", "has authrpc.addr of geth at 0.0.0.0"],
  ["conductor", "consensus.addr", "0.0.0.0", "op-stack-loopback", "has consensus.addr of op-conductor at 0.0.0.0"],
  ["conductor", "healthcheck.unsafe-interval", "3", "op-conductor-health", "unhealthy after 3 s without a block"],
  ["conductor", "raft.lease-timeout", "300ms", "op-conductor-health", "lease 300 ms, heartbeat 250 ms"],
  ["conductor", "raft.heartbeat-timeout", "2s", "op-conductor-health", "heartbeat 2000 ms, election 1000 ms"],
])("an OP Stack member whose %s has %s=%s is found", (container, flag, value, rule, found) => {
  expect(added("op-stack", opStackFlag(container, flag, value))).toMatchObject([
    { rule, severity: "error", found: expect.stringContaining(found) },
  ]);
});

test.each([
  ["--sequencer.stopped=false", ["op-node-stopped"]],
  ["--sequencer.stopped=true", []],
  ["--sequencer.stopped", []],
])("a single op-node with %s at the end breaks: %j", (flag, rules) => {
  expect(added("op-stack-single", opNodeStopped(flag)).map(({ rule }) => rule)).toEqual(rules);
});

test("two replicas of a single op-node sign with one key", () => {
  expect(added("op-stack-single", set(OP_SINGLE, "spec.replicas", 2))).toContainEqual(
    expect.objectContaining({
      rule: "one-signer",
      found: "2 replicas sign with Secret seq-signer, and none knows of the others",
    }),
  );
});

test("two OP Stack sequencers sign with one key", () => {
  expect(added("op-stack-single", again(OP_SINGLE, "other"))).toContainEqual(
    expect.objectContaining({ rule: "one-signer", found: "StatefulSet seq signs with Secret seq-signer too" }),
  );
});

test("what is asked of containers is asked of init containers", () => {
  const { object, path } = {
    object: "Job/devnet-spike/spike-bootstrap",
    path: "spec.template.spec.initContainers[0].image",
  };
  expect(added("devnet", initContainerByLatest)).toMatchObject([{ rule: "image-tag", object, path }]);
});

test("a port that is open everywhere is found, with metadata services in it or without a destination", () => {
  const open = (rule: object) => added("mainnet", set("NetworkPolicy/mainnet-p2p/rpc", "spec.egress.1", rule));
  const ports = [{ protocol: "TCP", port: 443 }];
  const everywhere = [{ rule: "open-egress", found: "allows port 443 to everywhere" }];
  expect(open({ ports })).toMatchObject(everywhere);
  expect(open({ ports, to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] })).toMatchObject(everywhere);
  expect(open({ ports, to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }] })).toEqual([]);
});

test("a headless Service without a selector gives its StatefulSet no names", () => {
  expect(added("mainnet", governedByNoSelector)).toMatchObject([
    { rule: "headless-service", found: "boot-headless does not select its pods" },
  ]);
});

test("every mutation is that of a rule, and no id stands twice", () => {
  const ids = rules.map(({ id }) => id);
  expect(Object.keys(mutations).sort()).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
});

test("all that the package accepts is found in what it makes", () => {
  const waived = shipped.flatMap(([, manifests]) => lint(manifests)).map(({ rule, waived }) => `${rule}: ${waived}`);
  for (const { rule, reason } of accepted) expect(waived).toContain(`${rule}: ${reason}`);
});

test.each(Object.entries(beyondTheAnnounceMode))("the announce mode's waiver is not for %s", (_, { of, change }) => {
  const open = lint(change(environments[of] as StackManifests)).filter(({ waived }) => !waived);
  expect(open.map(({ rule }) => rule)).toContain("no-host-ports");
});
