import type { Container, EnvVar, PodSpec } from "../framework/provider-types";
import { calledUrls } from "../network/called";
import { CONTAINER_SECURITY } from "../pod-security";
import { listOf } from "./list";
import type { AddedContainer, ContainerResources, PodVolume } from "./pod-props";
import type { KubernetesProps } from "./props";

const CA = { volume: "ca-bundle", folder: "/var/run/ca-bundle", file: "ca.crt" } as const;

/** As the package's own agents: small, and within any quota. */
const RESOURCES: ContainerResources = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } };

/** Environment that containers of the package have beside their own. */
export function addedEnv({ env = {}, secretEnv = {}, caBundle }: Partial<KubernetesProps>): EnvVar[] {
  const file = `${CA.folder}/${CA.file}`;
  return [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ...Object.entries(secretEnv).map(([name, { secret, key }]) => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key } },
    })),
    ...(caBundle ? ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"].map(name => ({ name, value: file })) : []),
  ];
}

/** URLs in what containers have from the platform, those that are added with them. */
export const toldUrls = ({ initContainers = [], sidecars = [], ...all }: KubernetesProps): string[] =>
  [all, ...initContainers, ...sidecars].flatMap(calledUrls);

/** The same from whole ConfigMaps and Secrets. */
export const addedSources = ({ envFrom = [] }: KubernetesProps) =>
  envFrom.map(({ configMap, secret }) => ({
    ...(configMap && { configMapRef: { name: configMap } }),
    ...(secret && { secretRef: { name: secret } }),
  }));

/** Volumes beside those of the pod; `mode` writes permissions as the reader wants them. */
export function addedVolumes({ volumes = {}, caBundle }: KubernetesProps, mode: (octal: string) => unknown) {
  const bundle = caBundle && sourceOf(caBundle, mode, [{ key: caBundle.key, path: CA.file }]);
  return [
    ...Object.entries(volumes).map(([name, volume]) => ({ name, ...sourceOf(volume, mode) })),
    ...(bundle ? [{ name: CA.volume, ...bundle }] : []),
  ];
}

type Source = Pick<PodVolume, "configMap" | "secret" | "claim" | "emptyDir" | "csi" | "readOnly">;

function sourceOf(source: Source, mode: (octal: string) => unknown, items?: readonly object[]): object {
  const { configMap, secret, claim, emptyDir, csi, readOnly } = source;
  const only = items && { items };
  if (configMap) return { configMap: { name: configMap, defaultMode: mode("0444"), ...only } };
  if (secret) return { secret: { secretName: secret, defaultMode: mode("0440"), ...only } };
  if (claim) return { persistentVolumeClaim: { claimName: claim, readOnly: readOnly ?? false } };
  if (!csi) return { emptyDir: { ...emptyDir } };
  return {
    csi: {
      driver: csi.driver,
      readOnly: readOnly ?? true,
      ...(csi.attributes && { volumeAttributes: { ...csi.attributes } }),
      ...(csi.secret && { nodePublishSecretRef: { name: csi.secret } }),
    },
  };
}

/** Mounts that containers of the package have beside their own. */
export function addedMounts({ volumes = {}, caBundle }: KubernetesProps) {
  return [
    ...Object.entries(volumes).flatMap(([name, { mountPath, readOnly, emptyDir, claim }]) =>
      mountPath === undefined ? [] : [{ name, mountPath, readOnly: readOnly ?? !(emptyDir || claim) }],
    ),
    ...(caBundle ? [{ name: CA.volume, mountPath: CA.folder, readOnly: true }] : []),
  ];
}

/** A container beside those of the package, as Kubernetes has it. */
export function addedContainer({ env, secretEnv, volumeMounts, ...container }: AddedContainer) {
  return {
    resources: RESOURCES,
    ...container,
    imagePullPolicy: "IfNotPresent",
    env: addedEnv({ env, secretEnv }),
    securityContext: CONTAINER_SECURITY,
    ...(volumeMounts && { volumeMounts }),
  };
}

/** A container of the package with what is added to all of them. */
export function extended(container: Container, kubernetes: KubernetesProps): Container {
  const [env, envFrom, mounts] = [addedEnv(kubernetes), addedSources(kubernetes), addedMounts(kubernetes)];
  return {
    ...container,
    ...(env.length > 0 && { env: [...listOf<EnvVar>(container.env), ...env] }),
    ...(envFrom.length > 0 && { envFrom }),
    ...(mounts.length > 0 && { volumeMount: [...listOf<object>(container.volumeMount), ...mounts] }),
  } as Container;
}

/** A pod with containers and volumes beside its own. */
export function withAdded(pod: PodSpec, kubernetes: KubernetesProps): PodSpec {
  const { initContainers, sidecars } = addedContainers(pod, kubernetes);
  const volumes = addedVolumes(kubernetes, octal => octal);
  return {
    ...pod,
    ...(initContainers.length > 0 && { initContainer: [...initContainers.map(written), ...listOf(pod.initContainer)] }),
    ...(sidecars.length > 0 && { container: [...listOf(pod.container), ...sidecars.map(written)] }),
    ...(volumes.length > 0 && { volume: [...listOf(pod.volume), ...volumes] }),
  } as PodSpec;
}

/** A Job would not end beside one. */
export const endsByItself = ({ restartPolicy }: PodSpec) => restartPolicy === "Never";

/** The containers that a pod gets beside its own, by their words. */
export const addedContainers = (pod: PodSpec, { initContainers = [], sidecars = [] }: KubernetesProps) => ({
  initContainers,
  sidecars: endsByItself(pod) ? [] : sidecars,
});

/** As Terraform has it. */
function written(container: AddedContainer): object {
  const { volumeMounts, ...others } = addedContainer(container);
  return { ...others, ...(volumeMounts && { volumeMount: volumeMounts }) };
}
