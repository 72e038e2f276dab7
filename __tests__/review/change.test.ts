import type { StackManifests } from "../../manifests/objects";
import { compare } from "../../review/change";
import type { Change } from "../../review/changes";
import { consequencesOf } from "../../review/consequences";
import { differences } from "../../review/difference";
import { toMarkdown } from "../../review/markdown";
import { toText } from "../../review/text";
import {
  changesBetween,
  claim,
  configMap,
  type Json,
  namespace,
  object,
  release,
  service,
  statefulSet,
} from "./objects";

describe("differences", () => {
  test("what has a name is found by it, wherever it stands", () => {
    const before = {
      env: [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
      ],
    };
    const after = {
      env: [
        { name: "C", value: "3" },
        { name: "A", value: "1" },
        { name: "B", value: "4" },
      ],
    };
    expect(differences("Deployment", before, after)).toEqual([
      { path: "env[B].value", before: "2", after: "4" },
      { path: "env[C]", after: { name: "C", value: "3" } },
    ]);
  });

  test("mounts of one volume are known by their paths, rules by their place", () => {
    const mounts = (readOnly: boolean) => [
      { name: "v", mountPath: "/a" },
      { name: "v", mountPath: "/b", readOnly },
    ];
    expect(differences("Deployment", { m: mounts(true) }, { m: mounts(false) })).toEqual([
      { path: "m[/b].readOnly", before: true, after: false },
    ]);
    expect(differences("Role", { rules: [{ verbs: ["get"] }] }, { rules: [{ verbs: ["get", "list"] }] })).toEqual([
      { path: "rules[0].verbs", before: ["get"], after: ["get", "list"] },
    ]);
  });

  test("another order is a difference, since a variable may refer to those before it", () => {
    const env = [{ name: "A" }, { name: "B" }];
    expect(differences("Deployment", { env }, { env: [...env].reverse() })).toEqual([
      { path: "env (order)", before: ["A", "B"], after: ["B", "A"] },
    ]);
  });

  test("keys with dots are quoted", () => {
    expect(differences("ConfigMap", { data: { "a.yaml": "x" } }, { data: {} })).toEqual([
      { path: 'data["a.yaml"]', before: "x" },
    ]);
  });

  test("what differs in meaning is told as it is written, and what beside it says the same is not", () => {
    const port = { name: "a", port: 80 };
    expect(
      differences(
        "Service",
        { spec: { ports: [{ ...port, protocol: "TCP", targetPort: 80 }] } },
        { spec: { ports: [{ ...port, appProtocol: "http" }], type: "ClusterIP" } },
      ),
    ).toEqual([{ path: "spec.ports[a].appProtocol", after: "http" }]);
    const sized = (storage: string) => ({ spec: { resources: { requests: { storage } } } });
    expect(differences("PersistentVolumeClaim", sized("10240Mi"), sized("11Gi"))).toEqual([
      { path: "spec.resources.requests.storage", before: "10240Mi", after: "11Gi" },
    ]);
  });
});

const pdb = (maxUnavailable: number) => object("PodDisruptionBudget", "boot", { maxUnavailable });
const actionsOf = (changes: readonly Change[]) =>
  changes.map(({ action, address, renamed, forced }) => ({ action, address, renamed, forced }));

describe("what Terraform does", () => {
  test.each<[string, Json, Json, string, string[]]>([
    ["template", {}, { image: "node:2" }, "update", []],
    ["revisions", {}, { spec: { revisionHistoryLimit: 3 } }, "replace", ["spec.revisionHistoryLimit"]],
    ["claim size", {}, { claims: [claim("data", { resources: { requests: { storage: "9Gi" } } })] }, "update", []],
    ["claim label", {}, { claims: [{ ...claim(), metadata: { name: "data", labels: { a: "b" } } }] }, "update", []],
    [
      "claim limit",
      {},
      { claims: [claim("data", { resources: { requests: { storage: "2Gi" }, limits: { storage: "3Gi" } } })] },
      "replace",
      ["spec.volumeClaimTemplates[data].spec.resources.limits"],
    ],
    ["second claim", {}, { claims: [claim(), claim("more")] }, "replace", ["spec.volumeClaimTemplates[more]"]],
  ])("with another %s of a StatefulSet", (_, before, after, action, forced) => {
    expect(actionsOf(changesBetween(statefulSet(before), statefulSet(after)))).toEqual([
      { action, forced, address: "StatefulSet net/boot", renamed: undefined },
    ]);
  });

  test("with other objects", () => {
    expect(changesBetween(service({ clusterIP: "10.0.0.1" }), service({ clusterIP: "10.0.0.2" }))[0]?.action).toBe(
      "replace",
    );
    expect(changesBetween(service({ clusterIP: "10.0.0.1" }), service())).toEqual([]);
    expect(changesBetween(pdb(1), pdb(2))[0]?.action).toBe("replace");
    const immutable = { ...configMap("a", { x: "1" }), immutable: true };
    expect(changesBetween(immutable, { ...immutable, data: { x: "2" } })[0]?.action).toBe("replace");
    expect(changesBetween(configMap("a", { x: "1" }), configMap("a", { x: "2" }))[0]?.action).toBe("update");
    expect(changesBetween(release(), release({ version: "1.2.4" }))[0]).toMatchObject({
      action: "update",
      address: "HelmRelease net/spire",
    });
  });

  test("a rename shows where the content is the same, with what differs besides", () => {
    const seed = statefulSet({ name: "seed", image: "node:2" });
    const changes = changesBetween([statefulSet(), configMap("boot-enr")], [seed, configMap("seed-enr")]);
    expect(actionsOf(changes)).toEqual([
      { action: "rename", address: "StatefulSet net/boot", renamed: "StatefulSet net/seed", forced: [] },
      { action: "rename", address: "ConfigMap net/boot-enr", renamed: "ConfigMap net/seed-enr", forced: [] },
    ]);
    expect(changes[0]?.differences.map(({ path }) => path)).toEqual(["spec.template.spec.containers[node].image"]);
    const other = object("StatefulSet", "other", {
      replicas: 9,
      template: { spec: { containers: [{ name: "x", image: "y" }] } },
    });
    expect(changesBetween(statefulSet(), other).map(({ action }) => action)).toEqual(["create", "delete"]);
    const data = (word: string) => Object.fromEntries(["a", "b", "c", "d"].map(key => [key, word]));
    const half = changesBetween(configMap("boot-enr", data("x")), configMap("seed-enr", data("y")));
    expect(half.map(({ action }) => action)).toEqual(["create", "delete"]);
  });

  test("nothing to compare with is new, and a stack that goes is left", () => {
    const manifests: StackManifests = { objects: [namespace("net")], releases: [] };
    expect(compare("a", undefined, manifests).changes.map(({ action }) => action)).toEqual(["create"]);
    expect(compare("a", manifests, undefined)).toEqual({ stack: "a", left: true, changes: [] });
  });
});

const happens = (before: Parameters<typeof changesBetween>[0], after: Parameters<typeof changesBetween>[0]) =>
  changesBetween(before, after).flatMap(consequencesOf);
const sequencer = (mode: string, replicas: number, image: string, spec: Json = {}) =>
  statefulSet({ name: "seq", component: "sequencer", replicas, image, env: { MODE: mode }, spec });
const conducted = (image: string) => {
  const containers = [{ name: "node", image }, { name: "conductor" }];
  const set = { name: "seq", component: "sequencer", replicas: 3 };
  return statefulSet({ ...set, spec: { template: { spec: { containers } } } });
};
const deployment = (image: string, replicas: number, strategy: Json = {}) =>
  object("Deployment", "full", {
    replicas,
    selector: {},
    strategy,
    template: { spec: { containers: [{ name: "node", image }] } },
  });

test.each<[string, string[], string[]]>([
  [
    "one bootstrap node",
    happens(statefulSet(), statefulSet({ image: "node:2" })),
    [
      "restarts boot-0",
      "meanwhile boot is unreachable: running nodes keep their connections to each other, new ones cannot " +
        "join through it",
    ],
  ],
  [
    "three bootstrap nodes",
    happens(statefulSet({ replicas: 3 }), statefulSet({ replicas: 3, image: "node:2" })),
    [
      "restarts boot-2, then boot-1, then boot-0, each ready before the next",
      "meanwhile 2 of 3 bootstrap nodes take new peers; nodes that run keep their connections",
    ],
  ],
  [
    "a raft of three",
    happens(sequencer("raft", 3, "a", { minReadySeconds: 15 }), sequencer("raft", 3, "b", { minReadySeconds: 15 })),
    [
      "restarts seq-2, then seq-1, then seq-0, each ready for 15 s before the next",
      "meanwhile 2 of 3 members make blocks: the leader hands over in its turn, and no other may fail " +
        "until each is back",
    ],
  ],
  [
    "a raft of five",
    happens(sequencer("raft", 5, "a"), sequencer("raft", 5, "b")).slice(1),
    ["meanwhile 4 of 5 members make blocks: the leader hands over in its turn, and 1 more may fail until each is back"],
  ],
  [
    "three members under op-conductor",
    happens(conducted("a"), conducted("b")).slice(1),
    [
      "meanwhile 2 of 3 members make blocks: the leader hands over in its turn, and no other may fail " +
        "until each is back",
    ],
  ],
  [
    "a single sequencer",
    happens(sequencer("single", 1, "a"), sequencer("single", 1, "b")),
    ["restarts seq-0", "meanwhile there are no blocks"],
  ],
  [
    "a Lease pair",
    happens(sequencer("lease", 2, "a"), sequencer("lease", 2, "b")).slice(0, 1),
    ["restarts seq-1, then seq-0, each ready before the next"],
  ],
  [
    "OnDelete",
    happens(sequencer("raft", 3, "a"), sequencer("raft", 3, "b", { updateStrategy: { type: "OnDelete" } })),
    ["no pod restarts by itself (OnDelete): each takes the change when it is deleted"],
  ],
  [
    "a partition",
    happens(
      sequencer("raft", 3, "a"),
      sequencer("raft", 3, "b", { updateStrategy: { rollingUpdate: { partition: 2 } } }),
    ).slice(0, 1),
    ["restarts seq-2"],
  ],
  [
    "fewer and another image",
    happens(statefulSet({ replicas: 3 }), statefulSet({ image: "node:2" })).slice(0, 2),
    ["stops boot-2 and boot-1 for good, in that order; their volumes stay", "restarts boot-0"],
  ],
  [
    "more and another image",
    happens(statefulSet(), statefulSet({ replicas: 2, image: "node:2" })).slice(0, 2),
    ["starts boot-1, before any other restarts", "restarts boot-0"],
  ],
  [
    "a label",
    happens(statefulSet(), { ...statefulSet(), metadata: { name: "boot", namespace: "net", labels: {} } }),
    ["no pod restarts"],
  ],
  [
    "a replaced raft",
    happens(sequencer("raft", 3, "a"), sequencer("raft", 3, "a", { serviceName: "x" })),
    [
      "stops seq-2, seq-1 and seq-0 all at once, then starts seq-0, seq-1 and seq-2; volumes of these " +
        "names that exist are mounted again",
      "there are no blocks until a leader is back",
    ],
  ],
  [
    "a Deployment with surge",
    happens(deployment("a", 2), deployment("b", 2, { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } })),
    ["replaces 2 pods, none away and up to 1 more meanwhile"],
  ],
  [
    "a Deployment by shares",
    happens(deployment("a", 6), deployment("b", 6)),
    ["replaces 6 pods, up to 1 of 6 away and up to 2 more meanwhile"],
  ],
  [
    "a Deployment that is recreated",
    happens(deployment("a", 1), deployment("b", 1, { type: "Recreate" })),
    ["stops 1 pod at once, then starts them anew", "meanwhile full does not serve"],
  ],
  ["a Deployment that grows", happens(deployment("a", 1), deployment("a", 3)), ["starts 2 pods"]],
  [
    "a chart",
    happens(release(), release({ version: "2.0.0" })),
    ["Helm upgrades spire from 1.2.3 to 2.0.0; which pods restart is decided by the chart"],
  ],
])("%s: what runs", (_, happened, expected) => {
  expect(happened).toEqual(expected);
});

const NONE = { losses: [], warnings: [] };

describe("output", () => {
  const long = (last: string) => ["a", "b", "c", last].join("\n");
  const stacks = [
    {
      stack: "net-p2p",
      changes: changesBetween(
        configMap("a", { "x.sh": long("d"), y: "`1`" }),
        configMap("a", { "x.sh": long("e"), y: "2" }),
      ),
    },
  ];

  test("text names lines, not their content", () => {
    expect(toText("net", stacks, NONE)).toBe(`net: 1 change (1 updated), nothing is lost

net-p2p
  update  ConfigMap net/a
            ~ data["x.sh"]: 4 lines → 4 lines
            ~ data.y: \`1\` → 2
`);
  });

  test("Markdown begins with its marker, and shows the lines that differ", () => {
    const text = toMarkdown("net", stacks, NONE);
    expect(text.split("\n")[0]).toBe("<!-- rollup-network preview net -->");
    expect(text).toContain('```diff\n@@ data["x.sh"] @@\n- d\n+ e\n@@ data.y @@\n- `1`\n+ 2\n```');
  });

  test("Markdown stays within what GitHub takes", () => {
    const data = (word: string) =>
      Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`key-${i}`, `${word}-${i}`]));
    const text = toMarkdown(
      "net",
      [{ stack: "s", changes: changesBetween(configMap("a", data("x")), configMap("a", data("y"))) }],
      NONE,
    );
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("- update `ConfigMap net/a`");
    expect(text).toContain("The fields are left out");
  });
});
