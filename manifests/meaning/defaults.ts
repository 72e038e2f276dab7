import type { JsonObject } from "../json";

/** What the API server writes where a field is absent; a function of the object around the field, where it depends. */
type Default = string | number | boolean | Readonly<Record<string, never>> | ((around: JsonObject) => unknown);
type Defaults = Readonly<Record<string, Default>>;

const below = (path: string, defaults: Defaults): Defaults =>
  Object.fromEntries(Object.entries(defaults).map(([key, value]) => [`${path}.${key}`, value]));

const HANDLER: Defaults = { "httpGet.scheme": "HTTP", "httpGet.path": "/" };

const PROBE: Defaults = {
  ...HANDLER,
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
};

/** A tag that moves is pulled every time. */
const pullPolicy = ({ image }: JsonObject) =>
  typeof image === "string" && /@|:(?!latest$)[^/:]+$/.test(image) ? "IfNotPresent" : "Always";

const FIELD: Defaults = { "fieldRef.apiVersion": "v1", "resourceFieldRef.divisor": "0" };

const CONTAINER: Defaults = {
  imagePullPolicy: pullPolicy,
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
  stdin: false,
  stdinOnce: false,
  tty: false,
  resources: {},
  "ports.protocol": "TCP",
  "volumeMounts.readOnly": false,
  "env.value": "",
  ...below("env.valueFrom", FIELD),
  ...below("startupProbe", PROBE),
  ...below("livenessProbe", PROBE),
  ...below("readinessProbe", PROBE),
  ...below("lifecycle.postStart", HANDLER),
  ...below("lifecycle.preStop", HANDLER),
};

const FILES = { defaultMode: 0o644 };

const VOLUME: Defaults = {
  ...below("configMap", FILES),
  ...below("secret", FILES),
  ...below("projected", FILES),
  ...below("downwardAPI", FILES),
  ...below("downwardAPI.items", FIELD),
  ...below("projected.sources.downwardAPI.items", FIELD),
  "projected.sources.serviceAccountToken.expirationSeconds": 3600,
  "persistentVolumeClaim.readOnly": false,
  "hostPath.type": "",
  "emptyDir.medium": "",
};

const POD: Defaults = {
  restartPolicy: "Always",
  dnsPolicy: "ClusterFirst",
  schedulerName: "default-scheduler",
  serviceAccountName: "default",
  terminationGracePeriodSeconds: 30,
  enableServiceLinks: true,
  hostNetwork: false,
  hostPID: false,
  hostIPC: false,
  securityContext: {},
  ...below("containers", CONTAINER),
  ...below("initContainers", CONTAINER),
  ...below("volumes", VOLUME),
};

const TEMPLATE = below("spec.template.spec", POD);
const TCP: Defaults = { protocol: "TCP" };

/** By kind and path; a path does not say which element of a list. Source: the defaults of Kubernetes 1.34's API. */
export const DEFAULTS: Readonly<Record<string, Defaults>> = {
  StatefulSet: {
    ...TEMPLATE,
    "spec.replicas": 1,
    "spec.minReadySeconds": 0,
    "spec.podManagementPolicy": "OrderedReady",
    "spec.revisionHistoryLimit": 10,
    "spec.updateStrategy": {},
    "spec.updateStrategy.type": "RollingUpdate",
    "spec.updateStrategy.rollingUpdate": {},
    "spec.updateStrategy.rollingUpdate.partition": 0,
    "spec.persistentVolumeClaimRetentionPolicy": {},
    "spec.persistentVolumeClaimRetentionPolicy.whenDeleted": "Retain",
    "spec.persistentVolumeClaimRetentionPolicy.whenScaled": "Retain",
    "spec.volumeClaimTemplates.spec.volumeMode": "Filesystem",
  },
  Deployment: {
    ...TEMPLATE,
    "spec.replicas": 1,
    "spec.minReadySeconds": 0,
    "spec.paused": false,
    "spec.progressDeadlineSeconds": 600,
    "spec.revisionHistoryLimit": 10,
    "spec.strategy": {},
    "spec.strategy.type": "RollingUpdate",
    "spec.strategy.rollingUpdate": {},
    "spec.strategy.rollingUpdate.maxSurge": "25%",
    "spec.strategy.rollingUpdate.maxUnavailable": "25%",
  },
  Job: {
    ...TEMPLATE,
    "spec.backoffLimit": 6,
    "spec.completions": 1,
    "spec.parallelism": 1,
    "spec.completionMode": "NonIndexed",
    "spec.suspend": false,
  },
  Service: {
    "spec.type": "ClusterIP",
    "spec.sessionAffinity": "None",
    "spec.sessionAffinityConfig.clientIP.timeoutSeconds": 10800,
    "spec.internalTrafficPolicy": "Cluster",
    "spec.externalTrafficPolicy": "Cluster",
    "spec.ipFamilyPolicy": "SingleStack",
    "spec.publishNotReadyAddresses": false,
    "spec.allocateLoadBalancerNodePorts": true,
    ...below("spec.ports", TCP),
    "spec.ports.targetPort": ({ port }) => port,
  },
  NetworkPolicy: {
    ...below("spec.ingress.ports", TCP),
    ...below("spec.egress.ports", TCP),
    "spec.policyTypes": ({ egress }) =>
      Array.isArray(egress) && egress.length > 0 ? ["Egress", "Ingress"] : ["Ingress"],
  },
  PersistentVolumeClaim: { "spec.volumeMode": "Filesystem" },
  PriorityClass: { globalDefault: false, preemptionPolicy: "PreemptLowerPriority" },
  ConfigMap: { immutable: false },
};
