import { eachContainer, eachPod, type Rule } from "../rule";

const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** The ids of a host's own accounts are lower. */
const FIRST_UID = 10_000;

/**
 * What Pod Security `restricted` asks of a pod; also a read-only root and a high uid. Init containers count as
 * containers.
 */
export const podSecurity: readonly Rule[] = [
  {
    id: "run-as-non-root",
    severity: "error",
    holds: "no container runs as root",
    why: "root in a container is root on the host once it escapes",
    remedy: "set runAsNonRoot: true on the pod, and not false on the container",
    alike: ["KL run-as-non-root", "PO runAsRootAllowed", "CK 23", "PSS runAsNonRoot", "NSA C-0013"],
    check: eachContainer(function* ({ securityContext }, at, { pod }) {
      const effective = securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot;
      if (effective !== true) yield at("securityContext.runAsNonRoot", "may run as root");
    }),
  },
  {
    id: "high-uid",
    severity: "warning",
    holds: "every container runs with a user and a group ID of 10000 or above",
    why: "a low ID belongs to an account of the host, whose files it could then open",
    remedy: "set runAsUser and runAsGroup to 10001",
    alike: ["KS container-security-context-user-group-id", "CK 40", "PSS runAsUser", "NSA C-0013"],
    check: eachContainer(function* ({ securityContext }, at, { pod }) {
      for (const field of ["runAsUser", "runAsGroup"] as const) {
        const id = securityContext?.[field] ?? pod.securityContext?.[field];
        if (id === undefined || Number(id) < FIRST_UID) {
          yield at(`securityContext.${field}`, `has ${field} ${id ?? "of its image"}`);
        }
      }
    }),
  },
  {
    id: "no-privilege-escalation",
    severity: "error",
    holds: "no process gains more privileges than its parent",
    why: "a setuid program would undo the other settings",
    remedy: "set allowPrivilegeEscalation: false",
    alike: [
      "KL privilege-escalation-container",
      "PO privilegeEscalationAllowed",
      "CK 20",
      "PSS allowPrivilegeEscalation",
      "NSA C-0016",
    ],
    check: eachContainer(function* ({ securityContext }, at) {
      if (securityContext?.allowPrivilegeEscalation !== false) {
        yield at("securityContext.allowPrivilegeEscalation", "may gain privileges");
      }
    }),
  },
  {
    id: "not-privileged",
    severity: "error",
    holds: "no container is privileged",
    why: "a privileged container has every device of the host",
    remedy: "remove privileged",
    alike: ["KL privileged-container", "PO runAsPrivileged", "CK 16", "PSS privileged", "NSA C-0057"],
    check: eachContainer(function* ({ securityContext }, at) {
      if (securityContext?.privileged) yield at("securityContext.privileged", "is privileged");
    }),
  },
  {
    id: "drop-capabilities",
    severity: "error",
    holds: "every container drops all capabilities and adds none",
    why: "what runs here needs no capability of Linux: its ports are above 1024",
    remedy: "set capabilities to drop: [ALL], and add nothing",
    alike: [
      "KL drop-net-raw-capability",
      "PO dangerousCapabilities",
      "CK 25/28/37",
      "PSS capabilities_restricted",
      "NSA C-0046",
    ],
    check: eachContainer(function* ({ securityContext }, at) {
      const { add = [], drop = [] } = securityContext?.capabilities ?? {};
      if (!drop.includes("ALL")) yield at("securityContext.capabilities.drop", "keeps capabilities");
      if (add.length > 0) yield at("securityContext.capabilities.add", `adds ${add.join(", ")}`);
    }),
  },
  {
    id: "seccomp-profile",
    severity: "error",
    holds: "every container runs under a seccomp profile",
    why: "it blocks system calls that exploits use and no node needs",
    remedy: "set seccompProfile to type: RuntimeDefault",
    alike: [
      "KS container-seccomp-profile",
      "PO linuxHardening",
      "CK 31",
      "PSS seccompProfile_restricted",
      "NSA C-0055",
    ],
    check: eachContainer(function* ({ securityContext }, at, { pod }) {
      const { type } = securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile ?? {};
      if (type !== "RuntimeDefault" && type !== "Localhost") {
        yield at("securityContext.seccompProfile", `has seccomp profile ${type ?? "none"}`);
      }
    }),
  },
  {
    id: "read-only-root",
    severity: "error",
    holds: "every container's root filesystem is read-only",
    why: "an intruder cannot put a program there, and nothing fills the node's disk unseen",
    remedy: "set readOnlyRootFilesystem: true, and mount an emptyDir at /tmp",
    alike: [
      "KS container-security-context-readonlyrootfilesystem",
      "KL no-read-only-root-fs",
      "PO notReadOnlyRootFilesystem",
      "CK 22",
      "NSA C-0017",
    ],
    check: eachContainer(function* ({ securityContext }, at) {
      if (securityContext?.readOnlyRootFilesystem !== true) {
        yield at("securityContext.readOnlyRootFilesystem", "can write to its root filesystem");
      }
    }),
  },
  {
    id: "no-host-namespaces",
    severity: "error",
    holds: "no pod shares the network, processes or memory of its host",
    why: "NetworkPolicies do not apply on the host's network, and the host's other processes are exposed",
    remedy: "announce by clusterIp, by a LoadBalancer or by hostPort",
    alike: [
      "KL host-network",
      "KL host-pid",
      "KL host-ipc",
      "PO hostNetworkSet",
      "CK 17/18/19",
      "PSS hostNamespaces",
      "NSA C-0038/41",
    ],
    check: eachPod(function* ({ pod }, at) {
      for (const field of ["hostNetwork", "hostPID", "hostIPC"] as const)
        if (pod[field]) yield at(field, `${field} is true`);
    }),
  },
  {
    id: "no-host-ports",
    severity: "error",
    holds: "no container uses a port of its host",
    why: "a host has each port only once, and a host port bypasses the Services",
    remedy: "announce by clusterIp or by a LoadBalancer",
    alike: ["PO hostPortSet", "CK 26", "PSS hostPorts", "NSA C-0044"],
    check: eachContainer(function* ({ ports = [] }, at) {
      for (const [i, { hostPort, name }] of ports.entries()) {
        if (hostPort) yield at(`ports[${i}].hostPort`, `takes port ${hostPort} of its host (${name})`);
      }
    }),
  },
  {
    id: "volume-types",
    severity: "error",
    holds: "every volume is of a type that Pod Security restricted allows; no path of the host",
    why: "a path of the host escapes the pod's limits, and leads to the host's own files",
    remedy: "use a claim, an emptyDir, a ConfigMap or a Secret",
    alike: ["KL sensitive-host-mounts", "CK 27", "PSS restrictedVolumes", "NSA C-0048"],
    check: eachPod(function* ({ pod }, at) {
      for (const [i, { name, ...sources }] of (pod.volumes ?? []).entries()) {
        for (const source of Object.keys(sources)) {
          if (!VOLUMES.includes(source)) yield at(`volumes[${i}].${source}`, `volume ${name} is a ${source}`);
        }
      }
    }),
  },
  {
    id: "service-links",
    severity: "error",
    holds: "no pod gets the addresses of Services as environment variables",
    why: "a Service named boot sets BOOT_PORT, and a node that reads such a name takes it for its setting",
    remedy: "set enableServiceLinks: false",
    alike: [],
    check: eachPod(function* ({ pod }, at) {
      if (pod.enableServiceLinks !== false) yield at("enableServiceLinks", "is not false");
    }),
  },
  {
    id: "own-service-account",
    severity: "error",
    holds: "every workload has its own service account",
    why: "the rights of one workload should not apply to another",
    remedy: "name a ServiceAccount of the workload's own",
    alike: ["KL default-service-account", "CK 41"],
    check: eachPod(function* ({ pod, object, namespace }, at, view) {
      const account = pod.serviceAccountName;
      if (!account || account === "default") yield at("serviceAccountName", "is the namespace's default");
      else if (!view.find("ServiceAccount", namespace, account)) {
        yield at("serviceAccountName", `${account} is not among the manifests`);
      } else {
        const other = view.workloads.find(
          each => each.object !== object && each.namespace === namespace && each.pod.serviceAccountName === account,
        );
        if (other) yield at("serviceAccountName", `${account} is that of ${other.kind} ${other.name} too`);
      }
    }),
  },
  {
    id: "token-automount",
    severity: "error",
    holds: "no pod has the API server's token in every container",
    why: "a compromised container could call the API server; only a container that calls it needs the token",
    remedy: "set automountServiceAccountToken: false, and project a token into the container that needs it",
    alike: ["PO automountServiceAccountToken", "CK 38", "NSA C-0034"],
    check: eachPod(function* ({ pod }, at) {
      if (pod.automountServiceAccountToken !== false) yield at("automountServiceAccountToken", "is not false");
    }),
  },
];
