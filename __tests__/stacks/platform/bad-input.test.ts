import { NetworkNamespace, setKubernetes } from "../../../constructs";
import { newStack } from "../../constructs/fixtures";
import { build } from "./environments";

const SEQUENCER = ["imagePullSecrets", "nodeSelector", "priorityClassName", "serviceAccountAnnotations"];
const P2P = ["bootstrap", "nodes"].flatMap(list =>
  ["nodeSelector", "priorityClassName"].map(key => `p2p.${list}[0].${key}`),
);

test.each(["p2p.imagePullSecrets", ...P2P, ...SEQUENCER.map(key => `sequencer.${key}`)])(
  "fails on %s, which moved",
  path => {
    const key = path.split(".").at(-1) ?? "";
    expect(() => build("devnet", {}, `${path}=high`)).toThrow(
      `${path}\n  the key "${key}" was removed\n  → write it below kubernetes, as kubernetes: { ${key}: … }`,
    );
  },
);

test.each([
  ["tolerations=[{}]", "tolerations[0].key\n  is missing: only operator Exists tolerates every taint"],
  ["tolerations=[{ key: a, operator: Exists, value: b }]", "has no meaning with operator Exists"],
  ["tolerations=[{ key: a, tolerationSeconds: 5 }]", "has a meaning only with effect NoExecute"],
  ["tolerations=[{ key: a, effect: noschedule }]", 'did you mean "NoSchedule"?'],
  ["topologySpread=[{ topologyKey: a }, { topologyKey: a }]", 'topologySpread[1].topologyKey\n  "a" is there already'],
  [
    "topologySpread=[{ topologyKey: a, whenUnsatisfiable: ScheduleAnyway, minDomains: 2 }]",
    "minDomains\n  has a meaning only with DoNotSchedule",
  ],
  ["affinity={ nodeAffinty: {} }", 'did you mean "nodeAffinity"?'],
  ['labels={ team: "a b" }', '"a b" must be the value of a label'],
  ['labels={ "-x": y }', 'the key "-x" must be the key of a label or annotation'],
  ["labels={ app.kubernetes.io/name: x }", 'the label "app.kubernetes.io/name" is set by the package'],
  ["podLabels={ component: x }", 'the label "component" is set by the package'],
  ["annotations={ cdktf-rollup-network/x: y }", "is set by the package"],
  ["ipFamily=IPv6", '"IPv6" is not allowed; allowed: IPv4'],
  ["clusterDns=[]", "clusterDns\n"],
  ["clusterDns=[coredns]", "clusterDns[0]"],
  ["clusterDns=[{ cidr: 10.0.0.10/24 }]", "is not the beginning of its range"],
  ["externalTrafficPolicy=local", 'did you mean "Local"?'],
  ["registry=https://mirror.example.org", "must be a registry with or without a path"],
  ["registry=mirror/rollup", "a dot or a port in its host"],
  ["registry=mirror.example.org/", "must be a registry"],
  ["chartRepository=mirror.example.org/charts", "must be the URL of a chart repository"],
  ["toleration=[]", 'did you mean "tolerations"?'],
])("fails on kubernetes.%s, at every level", (setting, message) => {
  for (const level of ["", "p2p.", "p2p.bootstrap[0].", "sequencer."]) {
    expect(() => build("devnet", {}, `${level}kubernetes.${setting}`)).toThrow(message);
  }
});

test("fails in code with the place in the props", () => {
  expect(() => setKubernetes(newStack(), { tolerations: [{}] })).toThrow("tolerations[0].key: is missing");
});

test("fails where it would not reach objects that are there already", () => {
  const stack = newStack();
  new NetworkNamespace(stack, "Namespace", { name: "net" });
  expect(() => setKubernetes(stack, { schedulerName: "volcano" })).toThrow("it has objects already");
});

test("fails where two images would become one in the mirror", () => {
  const images = "sequencer.gateImage=quay.io/library/haproxy:3.2.25-alpine";
  const asked = { registry: "mirror.example.org" };
  const set = ["sequencer.da.wait=10s", "sequencer.haproxyImage=ghcr.io/library/haproxy:3.2.25-alpine", images];
  expect(() => build("devnet", asked, ...set)).toThrow(
    /kubernetes.registry: \S+ and \S+ would both be mirror.example.org\/library\/haproxy:3.2.25-alpine → copy one of/,
  );
});
