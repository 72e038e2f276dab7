import type { HelmRelease } from "../../manifests";
import type { KubernetesObject, StackManifests } from "../../manifests/objects";
import { compare } from "../../review/change";
import type { Change, StackChanges } from "../../review/changes";

export type Json = { [key: string]: unknown };

const labels = (component: string) => ({ "app.kubernetes.io/component": component });

/** Variables of a node's container. */
type Env = Readonly<Record<string, string>>;

interface Set {
  readonly name?: string;
  readonly component?: string;
  readonly replicas?: number;
  readonly env?: Env;
  /** Volume → Secret. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly configMaps?: Readonly<Record<string, string>>;
  readonly claims?: readonly Json[];
  readonly spec?: Json;
  readonly image?: string;
}

export const claim = (name = "data", spec: Json = {}): Json => ({
  metadata: { name },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } }, ...spec },
});

export function statefulSet({
  name = "boot",
  component = "bootstrap",
  replicas = 1,
  claims = [claim()],
  ...set
}: Set = {}) {
  const { env = {}, secrets = {}, configMaps = {}, image = "node:1", spec = {} } = set;
  const volumes = [
    ...Object.entries(secrets).map(([volume, secretName]) => ({ name: volume, secret: { secretName } })),
    ...Object.entries(configMaps).map(([volume, configMap]) => ({ name: volume, configMap: { name: configMap } })),
  ];
  const mounts = [...volumes.map(({ name }) => name), ...claims.map(({ metadata }) => (metadata as Json).name)];
  const container = {
    name: "node",
    image,
    volumeMounts: mounts.map(mounted => ({ name: mounted, mountPath: `/${mounted}` })),
    env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
  };
  return object("StatefulSet", name, {
    labels: labels(component),
    serviceName: `${name}-headless`,
    replicas,
    selector: { matchLabels: { app: name } },
    podManagementPolicy: "Parallel",
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [container], ...(volumes.length > 0 && { volumes }) },
    },
    ...(claims.length > 0 && { volumeClaimTemplates: claims }),
    ...spec,
  });
}

export function object(kind: string, name: string, { labels, ...spec }: Json = {}): KubernetesObject {
  const metadata = { name, namespace: "net", ...(labels ? { labels: labels as Record<string, string> } : {}) };
  return { apiVersion: "v1", kind, metadata, spec };
}

export const service = (spec: Json = {}, name = "boot-p2p") =>
  object("Service", name, {
    labels: labels("bootstrap"),
    type: "ClusterIP",
    ports: [{ name: "p2p-udp", port: 40400, protocol: "UDP", targetPort: "p2p-udp" }],
    ...spec,
  });

export const configMap = (name: string, data: Json = {}, component = "bootstrap"): KubernetesObject => {
  const { spec, ...rest } = object("ConfigMap", name, { labels: labels(component) });
  return { ...rest, data } as KubernetesObject;
};

export const namespace = (name: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});

export const release = (given: Partial<HelmRelease> = {}): HelmRelease => ({
  name: "spire",
  namespace: "net",
  chart: "spire",
  repository: "https://charts.example",
  version: "1.2.3",
  values: {},
  address: "helm_release.spire",
  ...given,
});

type Part = KubernetesObject | HelmRelease;

export const manifests = (...parts: readonly Part[]): StackManifests => ({
  objects: parts.filter((part): part is KubernetesObject => "kind" in part),
  releases: parts.filter((part): part is HelmRelease => "chart" in part),
});

const parts = (given: Part | readonly Part[] | undefined) => (given === undefined ? [] : [given].flat()) as Part[];

export const between = (before?: Part | readonly Part[], after?: Part | readonly Part[]): StackChanges =>
  compare("net-p2p", manifests(...parts(before)), manifests(...parts(after)));

export const changesBetween = (...sides: Parameters<typeof between>): readonly Change[] => between(...sides).changes;
