import { z } from "zod";
import { CHART_REPOSITORY, MIRROR } from "../../constructs/kubernetes/grammar/image";
import { annotations, cidr, dnsServer, following, labels, objectName, objectPath, secretName } from "./fields";
import { affinity, toleration, topologySpread } from "./placement";
import { podWords } from "./pods";

/**
 * What a platform asks of every object, in the words of Kubernetes. Every key names in its description whose it is.
 * `KubernetesProps` of the constructs has the same keys.
 */
const vocabulary = z.strictObject({
  labels: labels
    .optional()
    .describe(
      "Labels of all objects and pods, such as the owner or the cost centre that Kyverno or Gatekeeper demands. " +
        "Selectors and claims have none of them, since these cannot change.",
    ),
  annotations: annotations
    .optional()
    .describe("Annotations of all objects and pods, such as what Argo CD or Rancher reads."),
  podLabels: labels
    .optional()
    .describe('Labels of pods only, such as `sidecar.istio.io/inject: "false"`, which turns off a mesh\'s injection.'),
  podAnnotations: annotations
    .optional()
    .describe('Annotations of pods only, such as `karpenter.sh/do-not-disrupt: "true"`.'),
  namespaceLabels: labels
    .optional()
    .describe("Labels of namespaces only, such as the project of Rancher or the revision of a mesh."),
  namespaceAnnotations: annotations
    .optional()
    .describe("Annotations of namespaces only, such as `openshift.io/node-selector`."),
  serviceAnnotations: annotations
    .optional()
    .describe("Annotations of Services only, such as those of the AWS Load Balancer Controller."),
  loadBalancerClass: objectPath
    .optional()
    .describe(
      "Class of load balancers, such as `service.k8s.aws/nlb` of EKS. Kubernetes refuses to change it on a Service " +
        "that exists.",
    ),
  loadBalancerSourceRanges: z
    .array(cidr)
    .optional()
    .describe("Ranges of addresses that load balancers let in, as on GKE and AKS. Default: everybody."),
  externalTrafficPolicy: z
    .enum(["Local", "Cluster"])
    .optional()
    .describe(
      "Whether load balancers reach pods of their own node only. Default: `Local`, which keeps the addresses of " +
        "peers. `Cluster` is for load balancers that do not follow the pod, as on some bare metal.",
    ),
  ipFamily: z
    .literal("IPv4")
    .optional()
    .describe(
      "IP family of every Service, for dual-stack clusters whose first family is IPv6. Nodes announce IPv4, and " +
        "members listen there. Kubernetes refuses to change it on a Service that exists. Default: the cluster's " +
        "first family.",
    ),
  clusterDns: z
    .array(dnsServer)
    .min(1)
    .optional()
    .describe(
      "Where pods resolve names, for all NetworkPolicies: `kube-dns`, `openshift` (port 5353), `node-local` " +
        "(169.254.20.10), `link-local` (the resolvers of AWS and Google), or pods or addresses of your own. Default: " +
        "`[kube-dns, node-local]`.",
    ),
  tolerations: z
    .array(toleration)
    .optional()
    .describe("Taints that pods may run beside, as on the dedicated node pools of EKS, GKE and AKS."),
  affinity: affinity
    .optional()
    .describe(
      "Affinity of pods, as Kubernetes writes it, for node pools that one label does not describe, such as " +
        "Karpenter's. What `spread` and `zones` ask for holds beside it.",
    ),
  nodeSelector: labels.optional().describe("Labels of the nodes that pods may run on, such as a dedicated pool's."),
  topologySpread: z
    .array(topologySpread)
    .optional()
    .describe(
      "How the pods of each workload are spread, instead of the package's constraints: for racks of one's own, or " +
        "`[]` for a cluster of one zone.",
    ),
  priorityClassName: objectName
    .optional()
    .describe("An existing PriorityClass, where quotas of a platform allow only some. Default: the cluster's."),
  schedulerName: objectName.optional().describe("A scheduler beside the cluster's own, such as Volcano or YuniKorn."),
  runtimeClassName: objectName
    .optional()
    .describe("An existing RuntimeClass, such as `gvisor` of GKE Sandbox or `kata` of OpenShift."),
  registry: following(MIRROR)
    .optional()
    .describe(
      "A mirror from which every image and chart comes, those of the package too, for air-gapped clusters. " +
        "`haproxy:3.2` is `<registry>/haproxy:3.2` there, and `ghcr.io/x/y:1` is `<registry>/x/y:1`. Digests stay, " +
        "and so does what is in the mirror already. Two images that would become one are an error.",
    ),
  chartRepository: following(CHART_REPOSITORY)
    .optional()
    .describe(
      "Where charts are, by HTTP or OCI, for air-gapped clusters whose charts are not beside the images. Default: " +
        "`oci://<registry>` with a `registry`, and else upstream's.",
    ),
  imagePullPolicy: z
    .enum(["Always", "IfNotPresent", "Never"])
    .optional()
    .describe(
      "When images are pulled. `Always` for clusters that check pull rights at every start, `Never` for images that " +
        "are loaded onto the nodes. Default: `IfNotPresent`.",
    ),
  imagePullSecrets: z
    .array(secretName)
    .optional()
    .describe("Names of pull Secrets in the namespace, for a private registry."),
  serviceAccountAnnotations: annotations
    .optional()
    .describe(
      "Annotations of the service accounts of nodes and members, such as the cloud role of EKS or GKE that may use a " +
        "KMS key. The proxies of a sequencer have none of it.",
    ),
  ...podWords,
});

export type KubernetesValues = z.output<typeof vocabulary>;

/** The block as a key of an environment, a section, or a node. */
export const kubernetes = {
  kubernetes: vocabulary
    .meta({ id: "kubernetes" })
    .optional()
    .describe(
      "What the platform asks of every object, in the words of Kubernetes. Environment, section and node may have " +
        "it: the nearer one wins, maps merge, lists replace.",
    ),
};
