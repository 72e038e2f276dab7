import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findingsOf } from "../../stacks/app";
import { warningsOf } from "../../testing";
import { loadEnvironments } from "../../values/load/load";
import { buildApp } from "./build-app";

const outdir = mkdtempSync(join(tmpdir(), "called-"));
afterAll(() => rmSync(outdir, { recursive: true }));

const environments = (set: readonly string[], dir = "values", name = "devnet") =>
  loadEnvironments({ dir, names: [name], set });

const errors = (...args: Parameters<typeof environments>) =>
  environments(...args)
    .flatMap(findingsOf)
    .map(({ path, message, remedy }) => `${path}: ${message} → ${remedy}`);

const warnings = (...set: string[]) =>
  buildApp(environments(set), { outdir })
    .stacks.flatMap(warningsOf)
    .filter(text => /kubernetes\.|egress/.test(text));

test("URLs of `kubernetes` that policies drop are named with their place", () => {
  const dropped = "so the NetworkPolicy drops the calls: write";
  expect(warnings("kubernetes.env={ A: http://proxy:3128, B: grpc://otel.example.org }")).toEqual(
    expect.arrayContaining([
      `kubernetes.env.A: proxy:3128 is no full host name, ${dropped} <service>.<namespace>.svc, or name it in egress`,
      `kubernetes.env.B: otel.example.org has no port, ${dropped} it, or name it in egress`,
    ]),
  );
  const sidecar = "[{ name: shipper, image: shipper:1, env: { LOKI: http://loki:3100 } }]";
  expect(warnings(`p2p.nodes[0].kubernetes.sidecars=${sidecar}`)).toEqual([
    expect.stringContaining("p2p.nodes[0].kubernetes.sidecars[0].env.LOKI: loki:3100 is no full host name"),
  ]);
});

test("a URL that may be private is named, unless the section names destinations", () => {
  const env = "p2p.kubernetes.env={ HTTPS_PROXY: http://proxy.corp.internal:3128 }";
  expect(warnings(env)).toEqual([
    "proxy.corp.internal may have a private address, which the NetworkPolicy denies: name its addresses in " +
      "p2p.networkPolicies.egress",
  ]);
  expect(warnings(env, "p2p.networkPolicies.egress=[{ cidr: 10.1.2.3/32 }]")).toEqual([]);
  expect(warnings(env, "p2p.networkPolicies.enabled=false")).toEqual([]);
});

test("fails for a port of pods to whose Service no URL leads", () => {
  const ports = (section: string, key: string) => `${section}.networkPolicies.targetPorts={ "${key}": 9000 }`;
  expect(errors([ports("p2p", "l1-execution.l1.svc:80")])).toEqual([
    'p2p.networkPolicies.targetPorts["l1-execution.l1.svc:80"]: no URL of p2p leads to l1-execution.l1.svc:80 → ' +
      "write the host and the port as the URL has them",
  ]);
  expect(errors([ports("sequencer", "da.devnet-da.svc:80")])).toEqual([
    expect.stringContaining('targetPorts["da.devnet-da.svc:80"]: no URL of sequencer leads to da.devnet-da.svc:80'),
  ]);
  expect(errors([ports("p2p", "l1-execution.l1.svc:8545"), ports("sequencer", "da.devnet-da.svc:7980")])).toEqual([]);
  const otel = "p2p.nodes[0].env={ OTEL: grpc://otel.telemetry.svc:4317 }";
  expect(errors([otel, ports("p2p", "otel.telemetry.svc:4317")])).toEqual([]);
});

test.each(["l1.svc:80", "geth.l1.svc", "http://geth.l1.svc:80", "geth.l1.svc:0", "rpc.example.org:443", "10.1.2.3:80"])(
  "fails for a port of the pods behind what is no Service: %s",
  key => {
    expect(() => environments([`p2p.networkPolicies.targetPorts={ "${key}": 9000 }`])).toThrow(
      "must be <service>.<namespace>.svc:<port>, as in the URL",
    );
  },
);

test("fails for a password in a URL of the environment, whatever its scheme", () => {
  expect(errors(["p2p.nodes[0].env={ DB: postgres://user:word@db.data.svc/shop }"])).toEqual([
    expect.stringContaining("p2p.nodes[0].env.DB: the password of db.data.svc looks like a key"),
  ]);
});

test("fails for a target of a Secret that does not say where it leads", () => {
  const secret = (target: string) => `{ A: { secret: s, key: k, targets: ["${target}"] } }`;
  expect(errors([`p2p.nodes[0].secretEnv=${secret("l1:8545")}`])).toEqual([
    expect.stringContaining('p2p.nodes[0].secretEnv.A.targets[0]: "l1:8545" does not say where it leads'),
  ]);
  expect(errors([`kubernetes.secretEnv=${secret("https://l1")}`])).toEqual([
    expect.stringContaining('kubernetes.secretEnv.A.targets[0]: "https://l1" does not say where it leads'),
  ]);
});
