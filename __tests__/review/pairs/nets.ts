import type { Pair } from "./draft";

/** Safety nets: nothing is lost by them alone. */
export const netPairs: readonly Pair[] = [
  {
    change: "no policy denies any more",
    base: "boot",
    edit: draft => {
      draft.objects.splice(0, draft.objects.length, ...draft.objects.filter(({ kind }) => kind !== "NetworkPolicy"));
    },
    warned: ["policy", "policy", "policy"],
    says: /what denies ingress and egress/,
  },
  {
    change: "the policy of a node, while another denies everything",
    base: "boot",
    edit: draft => draft.without("NetworkPolicy", "boot"),
  },
  {
    change: "a policy under another name",
    base: "boot",
    edit: draft => {
      draft.of("NetworkPolicy", "boot").metadata.name = "other";
    },
  },
  {
    change: "a rule for everybody",
    base: "boot",
    edit: draft =>
      void draft.of("NetworkPolicy", "boot").spec.ingress.push({ ports: [{ protocol: "TCP", port: 8880 }] }),
    warned: ["policy"],
    says: /from anywhere: TCP 8880/,
  },
  {
    change: "a rule for all addresses",
    base: "raft",
    edit: draft => void draft.of("NetworkPolicy", "seq").spec.egress.push({ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }),
    warned: ["policy"],
    says: /to anywhere: every port/,
  },
  {
    change: "a rule for one namespace more",
    base: "raft",
    edit: draft =>
      void draft.of("NetworkPolicy", "seq").spec.ingress.push({
        from: [{ namespaceSelector: { matchLabels: { team: "b" } } }],
        ports: [{ port: 7331 }],
      }),
  },
  {
    change: "no budget",
    base: "raft",
    edit: draft => draft.without("PodDisruptionBudget", "seq"),
    warned: ["budget"],
    says: /1 may go at once, now all of them/,
  },
  {
    change: "a budget of more pods",
    base: "raft",
    edit: draft => {
      draft.of("PodDisruptionBudget", "seq").spec.maxUnavailable = 2;
    },
    warned: ["budget"],
    says: /1 may go at once, now 2/,
  },
  {
    change: "the same budget the other way round",
    base: "raft",
    edit: draft => {
      const { spec } = draft.of("PodDisruptionBudget", "seq");
      spec.maxUnavailable = undefined;
      spec.minAvailable = 2;
    },
  },
  {
    change: "a lower level of Pod Security",
    base: "boot",
    edit: draft => {
      draft.of("Namespace", "devnet-p2p").metadata.labels["pod-security.kubernetes.io/enforce"] = "baseline";
    },
    warned: ["pod-security"],
    says: /restricted → baseline/,
  },
  {
    change: "no level of Pod Security",
    base: "boot",
    edit: draft => {
      delete draft.of("Namespace", "devnet-p2p").metadata.labels["pod-security.kubernetes.io/enforce"];
    },
    warned: ["pod-security"],
  },
  {
    change: "a higher level of Pod Security",
    base: "public",
    edit: draft => {
      draft.of("Namespace", "staging-p2p").metadata.labels["pod-security.kubernetes.io/enforce"] = "restricted";
    },
  },
  {
    change: "a privileged container",
    base: "boot",
    edit: draft => {
      draft.container("boot").securityContext.privileged = true;
    },
    warned: ["pod-security"],
    says: /a privileged container/,
  },
  {
    change: "a capability",
    base: "boot",
    edit: draft => {
      draft.container("boot").securityContext.capabilities.add = ["NET_ADMIN"];
    },
    warned: ["pod-security"],
    says: /the capability NET_ADMIN/,
  },
  {
    change: "an agent's rights",
    base: "lease",
    edit: draft => {
      const [rule] = draft.of("Role", "seq-agent").rules;
      rule.verbs = ["get"];
    },
    warned: ["rights"],
    says: /the right to .*leases/,
  },
  {
    change: "an agent that may more",
    base: "boot",
    edit: draft =>
      void draft.of("Role", "boot-enr").rules.push({ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }),
    warned: ["rights"],
    says: /it may get secrets/,
  },
  {
    change: "an agent's Role under another name, its verbs in another order",
    base: "boot",
    edit: draft => {
      const role = draft.of("Role", "boot-enr");
      role.metadata.name = "other";
      role.rules[0].verbs.reverse();
      draft.of("RoleBinding", "boot-enr").roleRef.name = "other";
    },
  },
  {
    change: "an operator's Role that nobody binds here",
    base: "raft",
    edit: draft =>
      void draft.of("Role", "seq-handoff").rules.push({ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }),
    warned: ["rights"],
    says: /it may get secrets/,
  },
  {
    change: "no binding",
    base: "boot",
    edit: draft => draft.without("RoleBinding", "boot-enr"),
    warned: ["rights"],
  },
  {
    change: "a node that joins nobody",
    base: "boot",
    edit: draft => draft.env("full", "BOOTSTRAP_NODES"),
    warned: ["join"],
  },
  {
    change: "a node that joins others",
    base: "boot",
    edit: draft => draft.env("full", "BOOTSTRAP_NODES", "enr:other"),
  },
  ...(
    [
      ["a patch", "aztecprotocol/aztec:4.1.3", []],
      ["a minor version", "aztecprotocol/aztec:4.2.0", []],
      ["the same version by digest", `aztecprotocol/aztec:4.1.2@sha256:${"0".repeat(64)}`, []],
      ["a lower version", "aztecprotocol/aztec:4.1.1", ["image"]],
      ["another line", "aztecprotocol/aztec:5.0.0", ["image"]],
      ["a moving tag", "aztecprotocol/aztec:nightly", ["image"]],
      ["another repository", "mirror.example/aztec:4.1.2", ["image"]],
    ] as const
  ).map(
    ([change, image, warned]): Pair => ({
      change: `${change} of an image`,
      base: "boot",
      edit: draft => {
        draft.container("full").image = image;
      },
      warned,
    }),
  ),
  {
    change: "the chart of another repository",
    base: "spike",
    edit: draft => {
      draft.release("spike").repository = "https://mirror.example/charts/";
    },
    warned: ["image"],
    says: /the repository of chart: https:\/\/spiffe.* → https:\/\/mirror/,
  },
  {
    change: "a lower version of a chart",
    base: "spike",
    prepare: draft => {
      draft.release("spire").version = "0.30.5";
    },
    edit: draft => {
      draft.release("spire").version = "0.30.1";
    },
    warned: ["image"],
    says: /the newer version of chart: /,
  },
  {
    change: "a lower version in a chart's values",
    base: "spike",
    edit: draft => {
      draft.release("spike").values["spike-nexus"].image.tag = "0.7.0";
    },
    warned: ["image"],
    says: /the newer version of spike-nexus: :0\.8\.0 → :0\.7\.0/,
  },
];
