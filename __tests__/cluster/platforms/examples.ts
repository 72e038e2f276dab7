import { parse } from "yaml";
import type { KubernetesProps } from "../../../constructs";
import { PLATFORMS } from "../../stacks/platform/documented";
import type { Example } from "../driver/example";
import type { SequencerExample } from "../sequencer/examples";

/** The words that docs/platforms.md has for a platform. */
function wordsOf(platform: string): KubernetesProps {
  const [, text = ""] = PLATFORMS.find(([name]) => name === platform) ?? [];
  return parse(text).kubernetes;
}

const [eks, mirror, openshift] = ["EKS", "Air-gapped", "OpenShift"].map(wordsOf) as [
  Required<KubernetesProps>,
  Required<KubernetesProps>,
  Required<KubernetesProps>,
];

/** The namespace of the company's servers. */
export const COMPANY = "deployed-company";
const URL = `https://company.${COMPANY}.svc`;

/** Label and taint of the node pool. */
export const POOL = { nodeSelector: eks.nodeSelector, taint: eks.tolerations[0] as { key: string; value: string } };
export const REGISTRY = mirror.registry;
/** The ConfigMap that has the CAs. */
export const GIVEN = openshift.caBundle as { configMap: string; key: string };

/** Nothing can be pulled on a closed test cluster: the mirror's images are put on its nodes by their names there. */
const MIRRORED = { ...mirror, imagePullPolicy: "IfNotPresent" } as const;
const { tolerations, ...untolerated } = { ...eks, ...MIRRORED, caBundle: GIVEN };
const LIMITS = { limits: { cpu: "1", "ephemeral-storage": "100Mi" } };
const resources = { crs: LIMITS, gate: LIMITS, mesh: LIMITS, proxy: LIMITS, ...openshift.resources };
const ON_OPENSHIFT = { ...MIRRORED, ...openshift, resources };

const SMALL = [
  "p2p.nodes[0].replicas=1",
  "p2p.resources={bootstrap: {cpu: 50m, memory: 128Mi}, full: {cpu: 50m, memory: 128Mi}}",
];
const words = (kubernetes: object) => `kubernetes=${JSON.stringify(kubernetes)}`;
const ofLocal = ({ namespace, set }: Pick<Example, "namespace" | "set">): Example => ({
  namespace,
  values: "values/local.yaml",
  section: "p2p",
  set: [...SMALL, ...set],
});

/** A tainted node pool, a mirror, and a bootstrap node that a node asks over https. */
export const DEDICATED = ofLocal({
  namespace: "deployed-dedicated",
  set: [
    words({ ...untolerated, tolerations }),
    "p2p.nodes[0].join=[]",
    `p2p.nodes[0].joinUrls={urls: ['${URL}:8080'], attempts: 5, timeout: 2s}`,
    `p2p.networkPolicies.peers=[{namespace: ${COMPANY}}]`,
  ],
});

/** The same pods without a toleration of the pool's taint. */
export const UNTOLERATED = ofLocal({ namespace: "deployed-untolerated", set: [words(untolerated)] });

/** OpenShift in a namespace that its owner gave, with a quota, and a CRS over https. */
export const OPENSHIFT = ofLocal({
  namespace: "deployed-openshift",
  set: [words(ON_OPENSHIFT), "p2p.existingNamespace=true", `p2p.crs={mirror: '${URL}:8443/crs'}`],
});

/** The same for a pair of sequencers, with every image that the package chooses, and a DA over https. */
export const SEQUENCER: SequencerExample = {
  example: "lease",
  namespace: "deployed-sequencer",
  members: 2,
  set: [
    words(ON_OPENSHIFT),
    "sequencer.software.evNode.image=null",
    "sequencer.haproxyImage=null",
    "sequencer.ha.lease.agentImage=null",
    `sequencer.da.endpoints=['${URL}:7980']`,
    "sequencer.spread=soft",
    "sequencer.kubernetes.resources.node.requests.cpu=100m",
  ],
};
