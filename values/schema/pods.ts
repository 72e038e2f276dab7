import { z } from "zod";
import { CPU, MEMORY, VOLUME_SIZE } from "../../constructs/kubernetes/grammar/amount";
import { dnsLabel, ENV_NAME, OBJECT_NAME } from "../../constructs/kubernetes/grammar/names";
import {
  HOST_NAME,
  IP_ADDRESS,
  MOUNT_PATH,
  RESOLVER_OPTION,
  SECCOMP_PROFILE,
} from "../../constructs/kubernetes/grammar/pods";
import { LONGEST_START } from "../../constructs/kubernetes/vocabulary/pod-props";
import {
  dataKey,
  duration,
  durationAtMost,
  following,
  imageReference,
  keyValues,
  objectName,
  secretName,
  secretVariable,
} from "./fields";

const id = z.int().min(1);

const users = z.union([
  z.literal("platform"),
  z.strictObject({
    user: id.optional().describe("User. Default: 10001."),
    group: id.optional().describe("Group. Default: 10001."),
    fsGroup: id.optional().describe("Group of volumes. Default: 10001."),
  }),
]);

const amounts = {
  cpu: following(CPU).optional().describe("CPU."),
  memory: following(MEMORY).optional().describe("Memory."),
  "ephemeral-storage": following(VOLUME_SIZE)
    .optional()
    .describe("Disk of the host: logs, and volumes without a claim."),
};

const containerResources = z.strictObject({
  requests: z.strictObject(amounts).optional().describe("What the scheduler reserves."),
  limits: z.strictObject(amounts).optional().describe("What the container may use at most."),
});

const hostAlias = z.strictObject({
  ip: following(IP_ADDRESS).describe("IP address."),
  hostnames: z.array(following(HOST_NAME)).min(1).describe("Its names."),
});

const dnsConfig = z.strictObject({
  nameservers: z.array(following(IP_ADDRESS)).max(3).optional().describe("Addresses of DNS servers, three at most."),
  searches: z.array(following(HOST_NAME)).optional().describe("Search domains."),
  options: z
    .array(
      z.strictObject({
        name: following(RESOLVER_OPTION).describe("Name, such as `ndots`."),
        value: z.string().optional().describe("Value."),
      }),
    )
    .optional()
    .describe("Options of the resolver. One wins over the package's own of the same name."),
});

const env = z.record(following(ENV_NAME), z.string());
const secretEnv = z.record(following(ENV_NAME), secretVariable);

const envSource = z.strictObject({
  configMap: objectName.optional().describe("Name of a ConfigMap. Give this or `secret`."),
  secret: secretName.optional().describe("Name of a Secret."),
});

const volume = z.strictObject({
  mountPath: following(MOUNT_PATH)
    .optional()
    .describe("Where every container of the package has it. Default: only containers that you add mount it."),
  readOnly: z.boolean().optional().describe("Default: true, but for `emptyDir` and `claim`."),
  configMap: objectName.optional().describe("A ConfigMap."),
  secret: secretName.optional().describe("A Secret."),
  claim: objectName.optional().describe("An existing PersistentVolumeClaim."),
  emptyDir: z
    .strictObject({
      sizeLimit: following(VOLUME_SIZE).optional().describe("Most that it may hold. Default: no limit."),
      medium: z.literal("Memory").optional().describe("Keep it in memory. Default: on the disk of the host."),
    })
    .optional()
    .describe("An empty folder that ends with the pod."),
  csi: z
    .strictObject({
      driver: following(OBJECT_NAME).describe("Name of the driver."),
      attributes: keyValues.optional().describe("What the driver reads."),
      secret: secretName.optional().describe("A Secret that the driver reads."),
    })
    .optional()
    .describe("A volume of a CSI driver."),
});

const mount = z.strictObject({
  name: following(dnsLabel()).describe("A volume of the pod: one of `volumes`, or one of the package, such as `data`."),
  mountPath: following(MOUNT_PATH).describe("Where."),
  subPath: z.string().min(1).optional().describe("A folder or file in the volume. Default: all of it."),
  readOnly: z.boolean().optional().describe("Default: false."),
});

const container = z.strictObject({
  name: following(dnsLabel()).describe("Name, other than those of the package."),
  image: imageReference.describe("Image, by digest or by a fixed tag. `registry` holds for it too."),
  command: z.array(z.string()).optional().describe("Program. Default: the image's."),
  args: z.array(z.string()).optional().describe("Arguments. Default: the image's."),
  env: env.optional().describe("Environment. It has nothing of `kubernetes.env`."),
  secretEnv: secretEnv.optional().describe("Environment from Secrets."),
  volumeMounts: z.array(mount).optional().describe("What it mounts."),
  resources: containerResources
    .optional()
    .describe("What it asks for and may use. Default: 10m CPU, 64Mi to 128Mi of memory."),
});

const caBundle = z.strictObject({
  configMap: objectName.optional().describe("Name of a ConfigMap. Give this or `secret`."),
  secret: secretName.optional().describe("Name of a Secret."),
  key: dataKey.describe("Key in it."),
});

/** Words for pods. */
export const podWords = {
  users: users
    .optional()
    .describe(
      "User, group and group of volumes of every pod. `platform` writes none, for OpenShift, which chooses them for " +
        "each namespace. Default: 10001 for each.",
    ),
  fsGroupChangePolicy: z
    .enum(["OnRootMismatch", "Always"])
    .optional()
    .describe(
      "When Kubernetes sets the group of a volume's files. `Always` is for volumes that others write to, as on NFS. " +
        "Default: `OnRootMismatch`, since a large volume would delay every start.",
    ),
  seccompProfile: following(SECCOMP_PROFILE)
    .optional()
    .describe(
      "A seccomp profile that every host has, by its path below kubelet's folder, such as one of the Security " +
        "Profiles Operator of OpenShift. Default: the runtime's own.",
    ),
  resources: z
    .record(z.string(), containerResources)
    .optional()
    .describe(
      "What containers ask for and may use, by their names, such as `node`, `agent` or `proxy`. It wins over the " +
        "role's in `p2p.resources`. For quotas and LimitRanges that demand CPU limits or `ephemeral-storage`, as on " +
        "OpenShift and Rancher. Node.js gets three quarters of a memory limit as its heap.",
    ),
  startupBudget: durationAtMost(LONGEST_START)
    .optional()
    .describe(
      "How long a container may take to its first answer, for long syncs on slow disks (cloud-on-k8s#7751). The " +
        "alert `P2pNodeNotReady` waits as long as the section's. Default: 20m for p2p nodes, 5m for sequencers.",
    ),
  terminationGrace: duration
    .optional()
    .describe(
      "How long a pod may take to stop, for load balancers of clouds that drain slowly. Less than what the package " +
        "needs is refused. Default: 60s; 3m for prover agents, 30s for proxies.",
    ),
  hostAliases: z
    .array(hostAlias)
    .optional()
    .describe("Names that pods resolve without DNS, for air-gapped clusters whose L1 or mirror has none."),
  dnsPolicy: z
    .enum(["ClusterFirst", "Default", "None"])
    .optional()
    .describe(
      "Where pods resolve names. `None` is for GKE and EKS with a DNS cache of one's own on every host, with " +
        "`dnsConfig`. Pods must resolve names of Services. Default: `ClusterFirst`.",
    ),
  dnsConfig: dnsConfig
    .optional()
    .describe("DNS servers, search domains and options, such as those of a node-local DNS."),
  env: env
    .optional()
    .describe(
      "Environment of every container of the package, such as `HTTPS_PROXY` of an air-gapped cluster. What the " +
        "package sets itself is refused. Settings of one node's software belong into the node's `env`.",
    ),
  secretEnv: secretEnv.optional().describe("The same from Secrets, such as a proxy's URL with a password."),
  envFrom: z
    .array(envSource)
    .optional()
    .describe("The same from whole ConfigMaps and Secrets that a platform provides. What the package sets wins."),
  volumes: z
    .record(following(dnsLabel()), volume)
    .optional()
    .describe(
      "Volumes of every pod, by name: each with one source. For files of a company, and for secrets of a CSI driver, " +
        "such as those of AKS and EKS.",
    ),
  initContainers: z
    .array(container)
    .optional()
    .describe(
      "Containers that run before those of the package, such as a loader of snapshots. They have the security that " +
        "Pod Security `restricted` asks for.",
    ),
  sidecars: z
    .array(container)
    .optional()
    .describe(
      "Containers that run beside those of the package, such as a log shipper. Jobs have none: they would not end.",
    ),
  caBundle: caBundle
    .optional()
    .describe(
      "CAs of a company (kosli-dev/cli#776), such as OpenShift's trusted bundle or that of trust-manager. Every " +
        "container of the package has the file: Node.js trusts it beside the CAs that it knows, other programs " +
        "instead of those of their image. Pods read it at start.",
    ),
};
