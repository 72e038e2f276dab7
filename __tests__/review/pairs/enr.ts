import type { Draft, Pair } from "./draft";

const labelled = (draft: Draft, change: (labels: Record<string, string>) => void) => {
  change(draft.workload("boot").spec.template.metadata.labels);
};

/** What an ENR's stability rests on. */
export const enrPairs: readonly Pair[] = [
  {
    change: "the selector of an announced Service",
    base: "boot",
    edit: draft => {
      draft.of("Service", "boot-p2p").spec.selector["app.kubernetes.io/instance"] = "full";
    },
    lost: ["announced-pods"],
    says: /the way to boot-0 .*: it is not selected/,
  },
  {
    change: "the pod of an announced Service",
    base: "reserved",
    edit: draft => {
      draft.of("Service", "boot-1-p2p").spec.selector["statefulset.kubernetes.io/pod-name"] = "boot-0";
    },
    lost: ["announced-pods"],
    says: /the way to boot-1 .*; the address leads to boot-0 as well/,
  },
  {
    change: "a Service for all pods",
    base: "reserved",
    edit: draft => {
      delete draft.of("Service", "boot-p2p").spec.selector["statefulset.kubernetes.io/pod-name"];
    },
    lost: ["announced-pods"],
    says: /leads to boot-2 and boot-1 as well/,
  },
  {
    change: "a label of the pods that the Service selects by",
    base: "boot",
    edit: draft =>
      labelled(draft, labels => {
        labels["app.kubernetes.io/name"] = "node";
      }),
    lost: ["announced-pods"],
    warned: ["budget"],
  },
  {
    change: "a label less in the selector, for the same pods",
    base: "boot",
    edit: draft => {
      delete draft.of("Service", "boot-p2p").spec.selector["app.kubernetes.io/name"];
    },
  },
  {
    change: "another target port",
    base: "boot",
    edit: draft => {
      draft.of("Service", "boot-p2p").spec.ports[1].targetPort = 8080;
    },
    lost: ["announced-pods"],
    says: /UDP 40400 to 40400\): TCP 40400 to 40400, UDP 40400 to 8080/,
  },
  {
    change: "the name of the target port, with the container's",
    base: "boot",
    edit: draft => {
      draft.of("Service", "boot-p2p").spec.ports[1].targetPort = "disc";
      draft.container("boot").ports[2].name = "disc";
    },
  },
  {
    change: "other hosts for a node that announces its host",
    base: "public",
    edit: draft => {
      draft.pod("boot").nodeSelector = { "network-edge": "other" };
    },
    lost: ["placement"],
    says: /the announced addresses: network-edge In public → network-edge In other/,
  },
  {
    change: "hosts by affinity instead of a selector",
    base: "public",
    edit: draft => {
      draft.pod("boot").nodeSelector = undefined;
      draft.pod("boot").affinity = {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "network-edge", operator: "In", values: ["public"] }] }],
          },
        },
      };
    },
  },
  {
    change: "any host for a node that announces its host",
    base: "public",
    edit: draft => {
      draft.pod("boot").nodeSelector = undefined;
    },
    lost: ["placement"],
  },
  {
    change: "other hosts for a node behind a Service",
    base: "boot",
    edit: draft => {
      draft.pod("boot").nodeSelector = { pool: "b" };
    },
  },
  {
    change: "no port on the host",
    base: "public",
    edit: draft => {
      for (const port of draft.container("boot").ports) port.hostPort = undefined;
    },
    lost: ["announce"],
    says: /port on the host: 40400 → none/,
  },
  {
    change: "the host's network instead of its port",
    base: "public",
    edit: draft => {
      for (const port of draft.container("boot").ports) port.hostPort = undefined;
      draft.pod("boot").hostNetwork = true;
    },
    warned: ["pod-security"],
  },
  {
    change: "another Service to announce",
    base: "boot",
    edit: draft => draft.env("boot", "ANNOUNCE_HOST", "other.devnet-p2p.svc.cluster.local"),
    lost: ["announce"],
  },
  {
    change: "another domain of the cluster",
    base: "boot",
    edit: draft => draft.env("boot", "ANNOUNCE_HOST", "boot-p2p.devnet-p2p.svc.cluster.example"),
  },
  ...["fixed", "query", "service", "pod"].map(
    (mode): Pair => ({
      change: `pinEnr gone, announced as ${mode}`,
      base: "boot",
      prepare: draft => draft.env("boot", "ANNOUNCE_MODE", mode),
      edit: draft => draft.env("boot", "PIN_ENR_MODULE"),
      lost: ["pinned-enr"],
    }),
  ),
  {
    change: "pinEnr's preload gone",
    base: "boot",
    edit: draft => draft.env("boot", "NODE_OPTIONS", "--no-warnings"),
    lost: ["pinned-enr"],
  },
  {
    change: "the published records emptied",
    base: "reserved",
    edit: draft => {
      delete draft.of("ConfigMap", "boot-enr").data["boot-1"];
    },
    lost: ["published-enr"],
    says: /the published record of boot-1/,
  },
  {
    change: "a published record overwritten",
    base: "reserved",
    edit: draft => {
      draft.of("ConfigMap", "boot-enr").data["boot-0"] = "enr:other";
    },
    lost: ["published-enr"],
  },
  {
    change: "one published record more",
    base: "reserved",
    edit: draft => {
      draft.of("ConfigMap", "boot-enr").data["boot-3"] = "enr:more";
    },
  },
  {
    change: "records in another ConfigMap",
    base: "boot",
    edit: draft => draft.env("boot", "AGENT_CONFIG_MAP", "other", "agent"),
    lost: ["published-enr"],
  },
];
