import { matches } from "../../manifests/read/labels";
import type { Policy } from "../../manifests/read/policy";
import { Cast, outsiders } from "../cluster/policies/cast";
import { FLOWS } from "../cluster/policies/flows";
import { portText } from "../cluster/policies/matrix";
import { ADDRESSES } from "../cluster/policies/places";
import { MATRIX_STACKS } from "../cluster/policies/stacks";
import { type At, modelled, type Side, wanted } from "../cluster/policies/verdicts";

/** The table of the flow matrix against the report's model of policies, without a cluster. */
const casts = MATRIX_STACKS.map(stack => new Cast(stack));
const dns = { kind: "pods", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } } as const;

const NODE = "10.99.0.3";

type Named = Side & { readonly name: string };
const places: readonly Named[] = [
  ...Object.entries({ ...ADDRESSES, node: NODE, "API server": "10.99.0.254" }).map(
    ([name, host]): Named => ({ name, end: { kind: "address", address: host } }),
  ),
  { name: "cluster DNS", end: dns },
];
const outside: readonly Named[] = outsiders;

interface Flow extends At {
  readonly from: Named;
  readonly to: Named;
  /** Who is called at a port of its host. */
  readonly behind?: Side;
}

function flowsOf({ roles, hostPorts, tcp, udp }: Cast): Flow[] {
  const inside: readonly Named[] = roles;
  const pairs = [
    ...inside.flatMap(from => [...inside, ...outside, ...places].map(to => ({ from, to }))),
    ...outside.flatMap(from => inside.map(to => ({ from, to }))),
  ];
  const ports = [
    ...tcp.map((port): At => ({ port, protocol: "TCP" })),
    ...udp.map((port): At => ({ port, protocol: "UDP" })),
  ];
  const host = ({ name }: Named): Named => ({ name: `host of ${name}`, end: { kind: "address", address: NODE } });
  return [
    ...pairs.flatMap(pair => ports.map(at => ({ ...pair, ...at }))),
    ...[...inside, ...outside].flatMap(from =>
      hostPorts.map(({ role, podPort: port, protocol }) => ({ from, to: host(role), behind: role, port, protocol })),
    ),
  ];
}

const textOf = ({ from, to, ...at }: Flow) => `${from.name} → ${to.name}: ${portText(at)}`;
const allows = (cast: Pick<Cast, "world">, { from, to, behind, ...at }: Flow) => modelled(cast, from, to, at, behind);
/** Of one pod, which has no twin to call, or is its own host's. */
const called = ({ from, to }: Flow, { roles }: Cast) =>
  from.name !== to.name || roles.some(({ name, caller, called }) => name === from.name && caller !== called);

/** No policy holds pods on the network of their host. */
const selectsPods =
  ({ roles }: Cast) =>
  ({ spec }: Policy) =>
    roles.some(({ end }) => matches(spec.podSelector, end.labels) && !end.onHost);

test("every stack is in the table, and nothing else is", () => {
  expect(Object.keys(FLOWS).sort()).toEqual(casts.map(({ id }) => id).sort());
});

describe.each(casts.map(cast => [cast.id, cast] as const))("%s", (id, cast) => {
  const flows = flowsOf(cast).filter(flow => called(flow, cast));
  const allowed = flows.filter(flow => wanted(id, flow.from.name, flow.to.name, flow));

  test("the model allows what the table does, and nothing else", () => {
    expect(flows.filter(flow => allows(cast, flow)).map(textOf)).toEqual(allowed.map(textOf));
  });

  // Here the rule for peers, who are at any port of the internet, has the rules for URLs in it.
  if (id === "joined-p2p") return;

  // A rule goes with its equals: two reasons may ask for the same one.
  test("without any of its rules, the model allows less", () => {
    const rules = cast.world.policies
      .filter(selectsPods(cast))
      .flatMap(policy =>
        (["ingress", "egress"] as const).flatMap(direction =>
          (policy.spec[direction] ?? []).map(rule => ({ policy, direction, rule: JSON.stringify(rule) })),
        ),
      );
    const idle = rules.filter(({ policy, direction, rule }) => {
      const others = (policy.spec[direction] ?? []).filter(each => JSON.stringify(each) !== rule);
      const less: Policy = { ...policy, spec: { ...policy.spec, [direction]: others } };
      const world = { ...cast.world, policies: cast.world.policies.map(each => (each === policy ? less : each)) };
      return allowed.every(flow => allows({ world }, flow));
    });
    expect(idle.map(({ policy, direction, rule }) => `${policy.name} ${direction} ${rule}`)).toEqual([]);
  });
});
