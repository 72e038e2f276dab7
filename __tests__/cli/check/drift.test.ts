import { changedIn } from "../../../cli/check/drift";
import { diffOf } from "./diff-of";

const POLICY = "networking.k8s.io.v1.NetworkPolicy.spike.spike-keeper";
const ROLE = "rbac.authorization.k8s.io.v1.Role.spike.spike-bootstrap";
const SERVICE = "v1.Service.net.boot";
const policy = (...spec: string[]) => [
  " apiVersion: networking.k8s.io/v1",
  " kind: NetworkPolicy",
  " metadata:",
  '   creationTimestamp: "2026-11-28T10:00:00Z"',
  "-  generation: 1",
  "+  generation: 2",
  "   name: spike-keeper",
  " spec:",
  "   podSelector: {}",
  ...spec,
];
const role = (...verbs: string[]) => [
  " kind: Role",
  " metadata: {name: spike-bootstrap}",
  " rules:",
  '   - apiGroups: [""]',
  "     resources: [configmaps]",
  "     verbs:",
  ...verbs,
];

test.each<[string, string]>([
  ["the generation alone", diffOf(POLICY, policy())],
  ["an empty list in place of none", diffOf(POLICY, policy("+  egress: []"))],
  ["the order of a Role's verbs", diffOf(ROLE, role("     - get", "+    - update", "     - patch", "-    - update"))],
  [
    "a size in another unit",
    diffOf("v1.PersistentVolumeClaim.net.data", [
      " kind: PersistentVolumeClaim",
      " spec:",
      "   resources:",
      "     requests:",
      "-      storage: 10Gi",
      "+      storage: 10240Mi",
    ]),
  ],
  ["a default that is not written", diffOf(SERVICE, [" kind: Service", " spec:", "   a: 1", "-  type: ClusterIP"])],
  ["what a controller wrote", diffOf(POLICY, [...policy(), "-status: {seen: 1}", "+status: {seen: 2}"])],
])("%s is no difference", (_, diff) => {
  expect(changedIn(diff)).toEqual([]);
});

test.each<[string, string]>([
  ["a rule that allows everything in place of none", diffOf(POLICY, policy("-  egress: []", "+  egress: [{}]"))],
  ["every namespace in place of the policy's own", diffOf(POLICY, policy("+  namespaceSelector: {}"))],
  ["a verb", diffOf(ROLE, role("     - get", "-    - delete"))],
  ["the order of a list in another kind than a Role", diffOf(POLICY, policy("-  args: [a, b]", "+  args: [b, a]"))],
  ["another type of Service", diffOf(SERVICE, [" kind: Service", " spec:", "   a: 1", "-  type: NodePort"])],
  ["an object that is not there", diffOf(ROLE, ["+kind: Role"])],
  ["an object that nobody wants any more", diffOf(ROLE, ["-kind: Role"])],
])("%s is one", (_, diff) => {
  expect(changedIn(diff)).toEqual([
    expect.stringMatching(/^(NetworkPolicy spike.spike-keeper|Role spike.spike-bootstrap|Service net.boot)$/),
  ]);
});

test("of several objects, those that differ are named", () => {
  const other = diffOf("v1.Service.net.boot-p2p.x", [" kind: Service", "-spec: {a: 1}", "+spec: {a: 2}"]);
  expect(changedIn(diffOf(POLICY, policy()) + other)).toEqual(["Service net/boot-p2p.x"]);
});

test.each<[string, string]>([
  ["a word", "hello\n"],
  ["what diff prints of bytes", "Binary files /tmp/LIVE-1/v1.Service.net.boot and /tmp/MERGED-1/x differ\n"],
  ["a command alone", "diff -u -N /tmp/LIVE-1/v1.Service.net.boot /tmp/MERGED-1/v1.Service.net.boot\n"],
  ["a word before a diff", `hello\n${diffOf(POLICY, policy())}`],
  ["a word after one", `${diffOf(POLICY, policy())}hello\n`],
])("fails for %s", (_, diff) => {
  expect(() => changedIn(diff)).toThrow(
    "kubectl diff printed no diff as GNU diff does → install diffutils, or run it by hand",
  );
});

test.each<[string, string[]]>([
  ["broken", [" kind: Service", "-a: [1", "+a: [1]"]],
  ["an alias of nothing", [" kind: Service", "-a: *b", "+a: 1"]],
])("an object whose YAML is %s is named, beside those that differ", (_, lines) => {
  expect(changedIn(diffOf(SERVICE, lines) + diffOf(ROLE, ["+kind: Role"]))).toEqual([
    "Service net/boot (kubectl diff printed no YAML of it → run it by hand)",
    "Role spike/spike-bootstrap",
  ]);
});
