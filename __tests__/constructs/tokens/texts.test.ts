import { parse } from "yaml";
import {
  Announce,
  aztec,
  BootstrapNode,
  evNode,
  FullNode,
  Identity,
  RaftSequencer,
  SingleSequencer,
  SpikeRelease,
} from "../../../constructs";
import { escapeTerraform } from "../../../constructs/kubernetes/framework/escape";
import { type TerraformStack, TerraformVariable, Token } from "../../../constructs/kubernetes/framework/terraform";
import { isToken, jsonText, shortDigest, terraformText } from "../../../constructs/kubernetes/framework/tokens";
import { yamlText } from "../../../constructs/kubernetes/yaml";
import { expectSynthError, terraformOf } from "../../../testing";
import { base, enrOf, newStack } from "../fixtures";

const given = (stack: TerraformStack) => new TerraformVariable(stack, "given", { type: "string" });
/** A text of ours as Terraform will read it. */
const read = (make: (token: string, variable: TerraformVariable) => string) => {
  const stack = newStack();
  const variable = given(stack);
  return terraformText(stack, make(variable.stringValue, variable));
};
const QUOTED = String.raw`\${trimsuffix(trimprefix(jsonencode(var.given), "\""), "\"")}`.slice(1);

/** The encodings are the framework's: this fails when they change. */
test("every kind of token is one, alone and in a text", () => {
  const variable = given(newStack());
  const { stringValue, numberValue, listValue } = variable;
  const tokens = [stringValue, numberValue, listValue, variable.booleanValue, Token.asStringMap(variable.fqn)];
  expect(tokens.map(isToken)).toEqual([true, true, true, true, true]);
  expect([`a-${stringValue}`, `${numberValue}s`].map(isToken)).toEqual([true, true]);
  expect(["a", "${var.a}", 1, -1e298, ["a"], { a: "b" }, undefined, null].map(isToken)).not.toContain(true);
});

test("JSON has what tokens stand for in quotation marks, at any depth", () => {
  expect(read(token => jsonText({ a: token, b: `x "${token}"`, [token]: 1 }))).toBe(
    `{"a":\${jsonencode(var.given)},"b":"x \\"${QUOTED}\\"",\${jsonencode(var.given)}:1}`,
  );
  expect(
    read((_, variable) => jsonText([variable.listValue, Token.asStringMap(variable.fqn), variable.numberValue])),
  ).toBe("[${jsonencode(var.given)},${jsonencode(var.given)},${var.given}]");
  expect(read(token => jsonText({ a: jsonText({ b: token }) }))).toContain("jsonencode(jsonencode(var.given))");
  expect(jsonText({ a: "${var.a}" })).toBe('{"a":"${var.a}"}');
});

test("YAML has every text in quotation marks once it has a token", () => {
  const value = { da: { namespace: "a: b", address: "c" } };
  expect(parse(yamlText(value))).toEqual(value);
  const blank = { a: " \n", b: `\r\n \n${"a".repeat(90)}`, c: " \n\t\n" };
  expect(parse(yamlText(blank))).toEqual(blank);
  expect(parse(read(token => yamlText({ token, ...blank })))).toMatchObject(blank);
  expect(read(token => yamlText({ da: { namespace: token, address: "c" } }))).toBe(
    'da:\n  namespace: ${jsonencode(var.given)}\n  address: "c"\n',
  );
});

test("escaping leaves tokens, and nothing else", () => {
  expect(read(token => escapeTerraform(`\${POD_IP} %{+Q} ${token}`))).toBe("$${POD_IP} %%{+Q} ${var.given}");
});

test("Terraform computes a digest of a text with tokens", () => {
  expect(shortDigest("a")).toBe("ca978112ca1bbdca");
  expect(read(token => shortDigest(`${token}/seq`))).toBe('${substr(sha256(join("", [var.given, "/seq"])), 0, 16)}');
});

const sequencer = {
  software: evNode({ version: "v1.2.2", execution: { kind: "testapp" } }),
  da: { endpoints: ["http://da.da.svc:7980"], namespace: "rollup" },
  signer: { kind: "file", secret: "signer" },
  nodeKeys: { secret: "keys", peerIds: ["12D3KooWCUpFuQufY5dQv4T6fQZvov85zwcCu4Ty87BYPt5TpXxg"] },
  genesis: { configMap: "genesis" },
} as const;

test("another value of a token rolls the pods", () => {
  const stack = newStack();
  const namespace = given(stack).stringValue;
  new SingleSequencer(stack, "Seq", { namespace: "net", ...sequencer, da: { ...sequencer.da, namespace } });
  expect(JSON.stringify(terraformOf(stack))).toMatch(
    /config-checksum":"\$\{substr\(sha256\(join\([^)]*jsonencode\(kubernetes_config_map_v1\.Seq_Config_\w+\.data\)/,
  );
});

/** The namespace of a variable; every read makes another token. */
const twice = (stack: TerraformStack) => {
  const variable = given(stack);
  return () => variable.stringValue;
};

test("a node joins one of its own namespace, whichever tokens say that it is", () => {
  const stack = newStack();
  const namespace = twice(stack);
  const boot = new BootstrapNode(stack, "Boot", { ...base, namespace: namespace() });
  new FullNode(stack, "Full", { ...base, namespace: namespace(), bootnodes: [boot] });
  expect(JSON.stringify(terraformOf(stack))).not.toContain('"kubernetes.io/metadata.name":"${var.given}"');
});

test("fails for two nodes of one name in one namespace, whichever tokens say that it is", () => {
  const stack = newStack();
  const namespace = twice(stack);
  new FullNode(stack, "A", { ...base, name: "full", namespace: namespace() });
  new FullNode(stack, "B", { ...base, name: "full", namespace: namespace() });
  expectSynthError(() => stack, "the Service full of full would be that of full too");
});

test("fails when two sequencers sign with one key, whichever tokens say that it is", () => {
  const stack = newStack();
  const secret = twice(stack);
  for (const id of ["A", "B"]) {
    new SingleSequencer(stack, id, { namespace: "net", ...sequencer, signer: { kind: "file", secret: secret() } });
  }
  expectSynthError(() => stack, "sequencer a signs with Secret net/${var.given}");
});

test("fails with all that must be known, and without the framework's names of tokens", () => {
  const stack = newStack();
  const { stringValue, numberValue } = given(stack);
  const members = numberValue as 3;
  const name = stringValue;
  const make = () =>
    new RaftSequencer(stack, "Seq", { namespace: "net", ...sequencer, members, name, mesh: { kind: "plain" } });
  expectSynthError(() => void make(), "RaftSequencer Seq: members: must be known");
  expect(make).toThrow(/name: must be known at synthesis, and is a token → give a text/);
  expect(make).not.toThrow(/TfToken/);
});

test("fails for an image that could be a tag, where digests are required", () => {
  const stack = newStack();
  const registry = given(stack).stringValue;
  const node = (id: string, image: string) =>
    void new FullNode(stack, id, { ...base, software: aztec({ image, release: 4 }), requireDigest: true });
  expectSynthError(() => node("A", `${registry}/aztec`), "whether the image has a digest must be known at synthesis");
  node("B", `${registry}/aztec@sha256:${"a".repeat(64)}`);
});

test("fails for an address that a known ENR has to be at", () => {
  const stack = newStack();
  const announce = Announce.clusterIp({ addresses: [given(stack).stringValue] });
  const identity = Identity.fromSecret({ secret: "keys", enrs: [enrOf("10.96.7.7")] });
  const make = () => void new BootstrapNode(stack, "Boot", { ...base, announce, identity });
  expectSynthError(make, "announce.addresses[0]: must be known at synthesis");
});

test("fails with <token> where an error has one in its text", () => {
  const stack = newStack();
  const namespace = given(stack).stringValue;
  const make = () => void new SpikeRelease(stack, "Spike", { namespace, trustDomain: "example.org", version: "0.7.0" });
  expectSynthError(make, "SPIKE in <token>: version: 0.7.0 is before 0.8.0");
});
