/** Labels that objects, pods and namespaces have from the package, or from Kubernetes: selectors and rules use them. */
const OWN_LABELS = anyOf(
  /app\.kubernetes\.io\/(name|instance|component|part-of|managed-by)/,
  /component/,
  /(cdktf-)?rollup-network\/.*/,
  /pod-security\.kubernetes\.io\/(enforce|warn|audit)/,
  /(statefulset|apps)\.kubernetes\.io\/.*/,
  /kubernetes\.io\/metadata\.name/,
  /pod-template-hash/,
  /controller-revision-hash/,
);

/** Annotations that the package, Helm or Kubernetes itself writes. */
const OWN_ANNOTATIONS = anyOf(
  /cdktf-rollup-network\/.*/,
  /meta\.helm\.sh\/.*/,
  /deployment\.kubernetes\.io\/.*/,
  /kubectl\.kubernetes\.io\/last-applied-configuration/,
);

/** Environment by which programs of the package and its nodes are told who they are, and where others are. */
const OWN_ENV = anyOf(
  /POD_(NAME|NAMESPACE|UID|IP)/,
  /P2P_(IP|PORT|BROADCAST_PORT|QUERY_FOR_IP|ENABLED|LISTEN_ADDR)/,
  /PEER_ID_PRIVATE_KEY(_PATH)?/,
  /IDENTITY_SECRET/,
  /(ANNOUNCE|AGENT|GATE|LEASE|MEMBER|MESH)_.*/,
  /BOOTNODE.*/,
  /BOOTSTRAP_NODES/,
  /DATA_DIRECTORY/,
  /PROVER_BROKER_HOST/,
  /PROVER_PUBLISHER_PRIVATE_KEYS?/,
  /NODE_(OPTIONS|IMAGE)/,
  /PIN_ENR_MODULE/,
  /AZTEC_PORT/,
  /NETWORK(_.*)?/,
  // ev-node (seen in 1.2.2) takes each for a whole part of its configuration, and its flags from the others.
  /NODE|DA|RPC|RAFT|P2P|SIGNER|LOG|INSTRUMENTATION|PRUNING/,
  /(testapp|evm)_.*/,
);

/**
 * Environment by which loaders, shells and Node.js run other programs and libraries than the image and the package
 * brought: ld.so(8), bash(1), https://nodejs.org/api/cli.html.
 */
const LOADERS_ENV = anyOf(/LD_.*/, /PATH/, /NODE_PATH/, /BASH_ENV/);

/** Environment that `caBundle` sets. */
const CA_ENV = anyOf(/NODE_EXTRA_CA_CERTS/, /SSL_CERT_FILE/);

function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(`^(${patterns.map(({ source }) => source).join("|")})$`);
}

export const isOwn = (kind: "label" | "annotation", key: string) =>
  (kind === "label" ? OWN_LABELS : OWN_ANNOTATIONS).test(key);

export const isOwnEnv = (name: string) => OWN_ENV.test(name);
/** What is wrong with a variable that is added to containers of the package, whatever they run. */
export const loaderFault = (name: string) =>
  LOADERS_ENV.test(name)
    ? {
        message: `${name} decides which programs and libraries the container runs`,
        remedy: "remove it, and put them into the image",
      }
    : undefined;
export const isCaEnv = (name: string) => CA_ENV.test(name);
