import type { Container, PodSpec } from "../framework/provider-types";
import { isToken } from "../framework/tokens";
import type { Problem } from "../problem";
import { amountProblems, withResources } from "./container-resources";
import { addedContainers, addedEnv, addedMounts, addedVolumes } from "./extend";
import { seconds } from "./lifetime";
import { listOf } from "./list";
import type { ContainerResources } from "./pod-props";
import type { KubernetesProps } from "./props";

interface Named {
  readonly name: string;
}

interface Mounted extends Named {
  readonly mountPath: string;
}

/**
 * Where words of the block meet what the pod has already: the package's own, and words of another level.
 * @param claims volumes that the workload has a claim template for
 */
export function conflicts(pod: PodSpec, kubernetes: KubernetesProps, claims: readonly string[]): Problem[] {
  const containers = [...listOf<Container>(pod.initContainer), ...listOf<Container>(pod.container)];
  return [
    ...containers.flatMap(container => containerConflicts(container, kubernetes)),
    ...volumeConflicts(pod, kubernetes, claims),
    ...nameConflicts(pod, kubernetes, containers),
    ...lifetimeConflicts(pod, kubernetes),
  ];
}

function containerConflicts(container: Container, kubernetes: KubernetesProps): Problem[] {
  const { name } = container;
  const asked = kubernetes.resources?.[name];
  const env = listOf<Named>(container.env).map(each => each.name);
  const mounts = listOf<Mounted>(container.volumeMount);
  const names = addedEnv(kubernetes).map(each => each.name);
  return [
    ...names
      .filter((each, i) => env.includes(each) || names.indexOf(each) < i)
      .map(each => ({
        path: ["env", each],
        message: `${each} is set already in the container ${name}`,
        remedy: "remove it here, or where it is set",
      })),
    ...addedMounts(kubernetes).flatMap(({ name: volume, mountPath }) =>
      mounts
        .filter(other => overlap(mountPath, other.mountPath))
        .map(other => ({
          path: ["volumes", volume, "mountPath"],
          message: `${mountPath} meets ${other.mountPath}, where the container ${name} has its own ${other.name}`,
          remedy: "mount it elsewhere",
        })),
    ),
    ...(asked
      ? amountProblems(["resources", name], (withResources(container, asked).resources ?? {}) as ContainerResources)
      : []),
  ];
}

/** Whether one of two folders is the other, or inside it. */
const overlap = (a: string, b: string) => `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);

function volumeConflicts(pod: PodSpec, kubernetes: KubernetesProps, claims: readonly string[]): Problem[] {
  const own = [...listOf<Named>(pod.volume).map(({ name }) => name), ...claims];
  const added = addedVolumes(kubernetes, octal => octal).map(({ name }) => name);
  return [
    ...added
      .filter(name => own.includes(name))
      .map(name => ({
        path: ["volumes", name],
        message: `${name} is the name of a volume of the package`,
        remedy: "use another one",
      })),
    ...Object.entries(addedContainers(pod, kubernetes)).flatMap(([word, containers]) =>
      containers.flatMap(({ volumeMounts = [] }, i) =>
        volumeMounts
          .filter(({ name }) => !isToken(name) && ![...own, ...added].includes(name))
          .map(({ name }) => ({
            path: [word, i, "volumeMounts"],
            message: `the pod has no volume ${name}`,
            remedy: `name one of ${[...own, ...added].join(", ")}, or say it on the node that has it`,
          })),
      ),
    ),
  ];
}

function nameConflicts(pod: PodSpec, kubernetes: KubernetesProps, containers: readonly Named[]): Problem[] {
  const taken = containers.map(({ name }) => name);
  return Object.entries(addedContainers(pod, kubernetes)).flatMap(([word, list]) =>
    list.flatMap(({ name }, i): Problem[] => {
      if (!taken.includes(name)) {
        taken.push(name);
        return [];
      }
      return [{ path: [word, i, "name"], message: `the pod has a container ${name}`, remedy: "use another name" }];
    }),
  );
}

function lifetimeConflicts(pod: PodSpec, { terminationGrace, hostAliases = [] }: KubernetesProps): Problem[] {
  // Kubernetes' own, which a Job of the package has.
  const least = pod.terminationGracePeriodSeconds ?? 30;
  const aliases = listOf<{ readonly ip: string }>(pod.hostAliases).map(({ ip }) => ip);
  return [
    ...(terminationGrace && seconds(terminationGrace) < least
      ? [
          {
            path: ["terminationGrace"],
            message: `${terminationGrace} is less than the ${least}s that this pod needs to stop`,
            remedy: "give it more, or say it where pods need less",
          },
        ]
      : []),
    ...hostAliases.flatMap(({ ip }, i) =>
      aliases.includes(ip)
        ? [{ path: ["hostAliases", i, "ip"], message: `the pod has names of ${ip} already`, remedy: "remove it" }]
        : [],
    ),
  ];
}
