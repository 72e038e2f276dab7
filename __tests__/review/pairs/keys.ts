import type { Draft, Pair } from "./draft";

const secret = (name: string, key: string) => ({ secretKeyRef: { name, key } });
const validates = (draft: Draft, workload = "full") => {
  draft.workload(workload).spec.replicas = 1;
  draft.env(workload, "VALIDATOR_PRIVATE_KEYS", secret("validators", "0"));
};
const keystore = (draft: Draft) => {
  draft.pod("full").volumes.push({ name: "keystore", secret: { secretName: "validators" } });
  draft.container("full").volumeMounts.push({ name: "keystore", mountPath: "/keystore", readOnly: true });
  draft.env("full", "KEY_STORE_DIRECTORY", "/keystore");
};

/** Keys and trust. */
export const keyPairs: readonly Pair[] = [
  {
    change: "a validator's key of another Secret",
    base: "boot",
    prepare: draft => validates(draft),
    edit: draft => draft.env("full", "VALIDATOR_PRIVATE_KEYS", secret("others", "0")),
    lost: ["keys"],
    says: /VALIDATOR_PRIVATE_KEYS: Secret validators\[0\] → Secret others\[0\]/,
  },
  {
    change: "another key of the validators' Secret",
    base: "boot",
    prepare: draft => validates(draft),
    edit: draft => draft.env("full", "VALIDATOR_PRIVATE_KEYS", secret("validators", "1")),
    lost: ["keys"],
  },
  {
    change: "no validator's key",
    base: "boot",
    prepare: draft => validates(draft),
    edit: draft => draft.env("full", "VALIDATOR_PRIVATE_KEYS"),
    lost: ["keys"],
    says: /→ none/,
  },
  {
    change: "two pods with one validator's key",
    base: "boot",
    prepare: draft => validates(draft),
    edit: draft => {
      draft.workload("full").spec.replicas = 2;
    },
    lost: ["shared-key"],
    says: /Secret validators\[0\]: 2 pods sign with it/,
  },
  {
    change: "a second node with one validator's key",
    base: "boot",
    prepare: draft => validates(draft),
    edit: draft => validates(draft, "rpc"),
    lost: ["shared-key"],
    says: /Secret validators\[0\]: 2 pods sign with it/,
  },
  {
    change: "another keystore of validators",
    base: "boot",
    prepare: keystore,
    edit: draft => {
      draft.volume("full", "keystore").secret.secretName = "others";
    },
    lost: ["keys"],
    says: /KEY_STORE_DIRECTORY: Secret validators → Secret others/,
  },
  {
    change: "chosen keys of the keystore",
    base: "boot",
    prepare: keystore,
    edit: draft => {
      draft.volume("full", "keystore").secret.items = [{ key: "b.json", path: "a.json" }];
    },
    lost: ["keys"],
  },
  {
    change: "the keystore under another path",
    base: "boot",
    prepare: keystore,
    edit: draft => {
      draft.mount("full", "/keystore").mountPath = "/keys";
      draft.env("full", "KEY_STORE_DIRECTORY", "/keys");
    },
  },
  {
    change: "the credentials of an RPC provider in another Secret",
    base: "boot",
    prepare: draft => draft.env("full", "ETHEREUM_HOSTS", secret("rpc", "url")),
    edit: draft => draft.env("full", "ETHEREUM_HOSTS", secret("rpc-2", "url")),
  },
  {
    change: "the key of another pod",
    base: "reserved",
    edit: draft => {
      const { volumeMounts } = draft.container("boot");
      volumeMounts.find(({ name }: { name: string }) => name === "identity").subPathExpr = "boot-0";
    },
    lost: ["bootstrap-key"],
    says: /\[\$\(POD_NAME\)\] → Secret .*\[boot-0\]/,
  },
  {
    change: "the key by variable",
    base: "boot",
    edit: draft => draft.env("boot", "PEER_ID_PRIVATE_KEY", secret("keys", "boot")),
    lost: ["bootstrap-key"],
    says: /the volume → Secret keys\[boot\]/,
  },
  {
    change: "the node keys by other keys of the Secret",
    base: "raft",
    edit: draft => {
      draft.volume("seq", "node-key").secret.items = [{ key: "seq-1", path: "$(POD_NAME)" }];
    },
    lost: ["node-keys"],
  },
  {
    change: "the signer in another Secret",
    base: "raft",
    edit: draft => {
      draft.volume("seq", "signer").secret.secretName = "other";
    },
    lost: ["signer"],
  },
  {
    change: "another name of the signer's volume",
    base: "raft",
    edit: draft => {
      draft.volume("seq", "signer").name = "s";
      draft.mount("seq", "/signer").name = "s";
    },
  },
  {
    change: "another signer in another ConfigMap",
    base: "five",
    edit: draft => {
      const old = draft.of("ConfigMap", "seq-config");
      const data = {
        ...old.data,
        "evnode.yaml": old.data["evnode.yaml"].replace("alias/example-sequencer", "alias/b"),
      };
      draft.objects.push({ ...old, metadata: { ...old.metadata, name: "other" }, data });
      draft.volume("seq", "scripts").configMap.name = "other";
    },
    lost: ["signer"],
  },
  {
    change: "the secret of the Engine API",
    base: "five",
    edit: draft => {
      draft.volume("seq", "jwt").secret.secretName = "other";
    },
  },
  {
    change: "the mesh's certificate and CA in another Secret",
    base: "raft",
    edit: draft => {
      draft.volume("seq", "mesh-tls").secret.secretName = "other";
    },
    lost: ["mesh-trust"],
    says: /what members trust: Secret seq-mesh → Secret other/,
  },
  {
    change: "a mesh without TLS",
    base: "raft",
    edit: draft => draft.env("seq", "MESH_TLS_DIR", undefined, "mesh"),
    lost: ["mesh-trust"],
    says: /→ no TLS/,
  },
  {
    change: "a mesh with TLS",
    base: "raft",
    prepare: draft => draft.env("seq", "MESH_TLS_DIR", undefined, "mesh"),
    edit: draft => draft.env("seq", "MESH_TLS_DIR", "/mesh-tls", "mesh"),
    lost: ["mesh-trust"],
  },
  {
    change: "another issuer of the mesh's certificate",
    base: "five",
    edit: draft => {
      draft.release("seq-mesh").values.objects[0].spec.issuerRef.name = "other";
    },
    lost: ["mesh-trust"],
    says: /the CA of seq-mesh: .*seq-mesh-ca.* → .*other/,
  },
  {
    change: "a certificate that is renewed earlier",
    base: "five",
    edit: draft => {
      draft.release("seq-mesh").values.objects[0].spec.renewBefore = "900h";
    },
  },
  {
    change: "a second op-batcher",
    base: "opStack",
    edit: draft => {
      draft.workload("seq-batcher").spec.replicas = 2;
    },
    lost: ["submitters"],
    says: /one submits at a time: 2 replicas/,
  },
  {
    change: "a new op-proposer before the old one has ended",
    base: "opStack",
    edit: draft => {
      draft.workload("seq-proposer").spec.strategy = { type: "RollingUpdate" };
    },
    lost: ["submitters"],
  },
  {
    change: "no op-batcher for now",
    base: "opStack",
    edit: draft => {
      draft.workload("seq-batcher").spec.replicas = 0;
    },
  },
  {
    change: "an op-batcher that is removed",
    base: "opStack",
    edit: draft => draft.without("Deployment", "seq-batcher"),
    warned: ["submitter-removed"],
    says: /seq-batcher, which brings the chain's blocks to L1/,
  },
  {
    change: "the key of the op-batcher in another Secret",
    base: "opStack",
    edit: draft => {
      draft.volume("seq-batcher", "key").secret.secretName = "other";
    },
    lost: ["keys"],
    says: /KEY_FILE: Secret op-batcher\[private.key\] → Secret other/,
  },
];
