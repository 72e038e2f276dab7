import type { Draft, Pair } from "./draft";

const claims = (draft: Draft) => {
  draft.pod("full").volumes = [
    ...draft.pod("full").volumes.filter(({ name }: { name: string }) => name !== "data"),
    { name: "data", persistentVolumeClaim: { claimName: "full-data" } },
  ];
};

/** The mount of the claim `data`, which a single op-node gives up. */
function taken(draft: Draft) {
  const mount = draft.mount("seq", "/data");
  const node = draft.container("seq");
  node.volumeMounts = node.volumeMounts.filter((each: unknown) => each !== mount);
  return mount;
}

/** Where identity and data really lie. */
export const dataPairs: readonly Pair[] = [
  {
    change: "another data directory by variable",
    base: "boot",
    edit: draft => draft.env("boot", "DATA_DIRECTORY", "/data/other"),
    lost: ["data"],
    says: /node, data directory: claim data:\/data → claim data:\/other/,
  },
  {
    change: "another data directory by flag",
    base: "boot",
    edit: draft => void draft.container("boot").args.push("--data-directory", "/tmp/data"),
    lost: ["data"],
    says: /→ nothing that outlives the pod/,
  },
  {
    change: "another data directory by a ConfigMap's key",
    base: "boot",
    edit: draft => {
      draft.objects.push({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "where", namespace: "devnet-p2p" },
        data: { dir: "/data/b" },
      });
      draft.env("boot", "DATA_DIRECTORY", { configMapKeyRef: { name: "where", key: "dir" } });
    },
    lost: ["data"],
    says: /claim data:\/b$/,
  },
  {
    change: "the same data directory, put together from two variables",
    base: "boot",
    edit: draft => {
      draft.env("boot", "BASE", "/data");
      draft.env("boot", "DATA_DIRECTORY", "$(BASE)/data/");
    },
  },
  {
    change: "another mount path",
    base: "boot",
    edit: draft => {
      draft.mount("boot", "/data").mountPath = "/store";
    },
    lost: ["data"],
  },
  {
    change: "mount path and data directory together",
    base: "boot",
    edit: draft => {
      draft.mount("boot", "/data").mountPath = "/store/";
      draft.env("boot", "DATA_DIRECTORY", "/store/data");
    },
  },
  {
    change: "a sub path",
    base: "boot",
    edit: draft => {
      draft.mount("boot", "/data").subPath = "new";
    },
    lost: ["data"],
    says: /claim data:\/data → claim data:\/new\/data/,
  },
  {
    change: "a sub path by expression",
    base: "raft",
    edit: draft => {
      draft.mount("seq", "/data").subPathExpr = "$(POD_NAME)";
    },
    lost: ["data"],
    says: /claim data:\/\$\(POD_NAME\)/,
  },
  {
    change: "a sub path that takes over from the data directory's folder",
    base: "boot",
    edit: draft => {
      draft.mount("boot", "/data").subPath = "data";
      draft.env("boot", "DATA_DIRECTORY", "/data");
    },
  },
  {
    change: "a volume of the pod over the data",
    base: "raft",
    edit: draft => {
      draft.pod("seq").volumes.push({ name: "fast", emptyDir: {} });
      draft.mount("seq", "/data").name = "fast";
    },
    lost: ["data"],
    says: /→ nothing that outlives the pod/,
  },
  {
    change: "a folder of the pod below the mount, where the data are",
    base: "boot",
    edit: draft => void draft.container("boot").volumeMounts.push({ name: "tmp", mountPath: "/data/data" }),
    lost: ["data"],
  },
  {
    change: "another claim of a Deployment",
    base: "boot",
    prepare: claims,
    edit: draft => {
      draft.volume("full", "data").persistentVolumeClaim.claimName = "full-data-2";
    },
    lost: ["data"],
    says: /claim full-data:\/data → claim full-data-2:\/data/,
  },
  {
    change: "a claim where there was none",
    base: "boot",
    edit: claims,
  },
  {
    change: "the execution client's data directory",
    base: "five",
    edit: draft => draft.arg("seq", "execution", /^--datadir=/, "--datadir=/tmp/execution"),
    lost: ["data"],
    says: /execution, data directory: claim execution:\/ → nothing/,
  },
  {
    change: "the execution client's data directory no longer told",
    base: "five",
    edit: draft => draft.arg("seq", "execution", /^--datadir=/),
    lost: ["data"],
    says: /where the software puts it by itself|no longer/,
  },
  {
    change: "the execution client's data directory as two arguments",
    base: "five",
    edit: draft => void draft.container("seq", "execution").args.splice(2, 1, "--datadir", "/execution"),
  },
  {
    change: "the execution client's mount",
    base: "five",
    edit: draft => {
      draft.mount("seq", "/execution", "execution").subPath = "b";
    },
    lost: ["data"],
  },
  {
    change: "another user",
    base: "boot",
    edit: draft => {
      draft.pod("boot").securityContext.runAsUser = 20002;
    },
    lost: ["data"],
    says: /reads its data as user 20002, group 10001, not as user 10001/,
  },
  {
    change: "another user of one container",
    base: "five",
    edit: draft => {
      draft.container("seq", "execution").securityContext.runAsUser = 0;
    },
    lost: ["data"],
    says: /^execution reads its data as user 0/,
  },
  {
    change: "another group of files",
    base: "boot",
    edit: draft => {
      draft.pod("boot").securityContext.fsGroup = 5;
    },
    lost: ["data"],
  },
  {
    change: "the user of each container instead of the pod's",
    base: "boot",
    edit: draft => {
      draft.pod("boot").securityContext.runAsUser = undefined;
      for (const each of draft.pod("boot").containers) each.securityContext.runAsUser = 10001;
    },
  },
  {
    change: "other ordinals",
    base: "raft",
    edit: draft => {
      draft.workload("seq").spec.ordinals = { start: 1 };
    },
    lost: ["data"],
    says: /the volumes of seq-0, which other ordinals do not mount/,
  },
  {
    change: "other ordinals of a bootstrap node",
    base: "boot",
    edit: draft => {
      draft.workload("boot").spec.ordinals = { start: 5 };
    },
    lost: ["data", "bootstrap-replicas"],
  },
  {
    change: "ev-node's raft folder",
    base: "raft",
    edit: draft => {
      const { data } = draft.of("ConfigMap", "seq-config");
      data["evnode.yaml"] = data["evnode.yaml"].replace("/data/raft", "/run/raft");
    },
    lost: ["ev-node-data"],
    says: /raft\.raft_dir: \/data\/raft → \/run\/raft/,
  },
  {
    change: "op-conductor's raft folder",
    base: "opStack",
    edit: draft => draft.arg("seq", "conductor", /^--raft.storage.dir=/, "--raft.storage.dir=/data/other"),
    lost: ["data"],
    says: /^conductor, raft's directory: claim data:\/raft → claim data:\/other$/,
  },
  {
    change: "op-conductor's raft folder by variable",
    base: "opStack",
    edit: draft => {
      draft.arg("seq", "conductor", /^--raft.storage.dir=/);
      draft.env("seq", "OP_CONDUCTOR_RAFT_STORAGE_DIR", "/data/raft", "conductor");
    },
  },
  {
    change: "more members under op-conductor",
    base: "opStack",
    edit: draft => {
      draft.workload("seq").spec.replicas = 5;
    },
  },
  {
    change: "fewer members under op-conductor",
    base: "opStack",
    prepare: draft => {
      draft.workload("seq").spec.replicas = 5;
    },
    edit: draft => {
      draft.workload("seq").spec.replicas = 3;
    },
    lost: ["voters"],
    says: /^the pods of seq-4 and seq-3, which vote unless they were taken out$/,
  },
  {
    change: "a claim that another container mounts instead",
    base: "opStackSingle",
    edit: draft => void draft.container("seq", "mesh").volumeMounts.push(taken(draft)),
  },
  {
    change: "a claim that another container, of another user, mounts instead",
    base: "opStackSingle",
    edit: draft => {
      draft.container("seq", "mesh").volumeMounts.push(taken(draft));
      draft.container("seq", "mesh").securityContext.runAsUser = 20000;
    },
    lost: ["data"],
    says: /^node reads its data as user 20000, /,
  },
  {
    change: "a claim that only another container still mounts",
    base: "opStackSingle",
    prepare: draft => void draft.container("seq", "mesh").volumeMounts.push(draft.mount("seq", "/data")),
    edit: draft => void taken(draft),
    lost: ["data"],
    says: /^node, \/data: claim data:\/ → no longer mounted$/,
  },
  {
    change: "a new container of another user beside the data",
    base: "opStackSingle",
    edit: draft =>
      void draft.pod("seq").containers.push({
        ...draft.container("seq", "mesh"),
        name: "backup",
        volumeMounts: [draft.mount("seq", "/data")],
        securityContext: { ...draft.container("seq", "mesh").securityContext, runAsUser: 20000 },
      }),
  },
  {
    change: "a folder of the host on other hosts",
    base: "boot",
    prepare: draft => {
      draft.pod("full").volumes = [{ name: "data", hostPath: { path: "/mnt/full" } }];
    },
    edit: draft => {
      draft.pod("full").nodeSelector = { pool: "b" };
    },
    lost: ["placement"],
    says: /and with them the data: any → pool In b/,
  },
  {
    change: "another name of the container",
    base: "raft",
    edit: draft => {
      draft.container("seq").name = "sequencer";
    },
  },
  {
    change: "logs elsewhere, more memory, another log level",
    base: "boot",
    edit: draft => {
      draft.env("boot", "LOG_DIR", "/data/logs");
      draft.env("boot", "LOG_LEVEL", "debug");
      draft.container("boot").resources.limits.memory = "8Gi";
    },
  },
  {
    change: "a sidecar with a folder of its own",
    base: "boot",
    edit: draft =>
      void draft.pod("boot").containers.push({
        ...draft.container("boot", "agent"),
        name: "backup",
        volumeMounts: [{ name: "tmp", mountPath: "/data" }],
      }),
  },
  {
    change: "the size of a claim in another unit",
    base: "boot",
    edit: draft => {
      draft.workload("boot").spec.volumeClaimTemplates[0].spec.resources.requests.storage = "2048Mi";
    },
  },
];
