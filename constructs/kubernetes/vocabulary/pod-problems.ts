import { durationProblems } from "../duration";
import { CPU, MEMORY, VOLUME_SIZE } from "../grammar/amount";
import { type Grammar, grammarProblems } from "../grammar/grammar";
import { DATA_KEY, dnsLabel, ENV_NAME, OBJECT_NAME } from "../grammar/names";
import {
  HOST_NAME,
  IP_ADDRESS,
  MOUNT_PATH,
  RESOLVER_OPTION,
  RESOLVER_VALUE,
  SECCOMP_PROFILE,
  SUB_PATH,
} from "../grammar/pods";
import { secretKeyProblems } from "../grammar/references";
import { imageProblem } from "../image";
import type { Problem } from "../problem";
import { secretTextProblems, twiceProblems } from "../secret-text";
import { amountProblems, CHART_CONTAINERS, CONTAINERS } from "./container-resources";
import { isCaEnv, isOwnEnv, loaderFault } from "./own";
import {
  type AddedContainer,
  type Amounts,
  type ContainerResources,
  LONGEST_START,
  type PodProps,
  type PodVolume,
  type SecretKeyOf,
  SHORTEST_START,
} from "./pod-props";
import { sameProblems } from "./same";

/** What is wrong with words for pods at one level. Paths in the problems are paths in the props. */
export function podProblems(props: PodProps): Problem[] {
  return [
    ...userProblems(props.users),
    ...grammarProblems(["seccompProfile"], props.seccompProfile, SECCOMP_PROFILE),
    ...Object.entries(props.resources ?? {}).flatMap(([name, each]) => [
      ...containerNameProblems(name),
      ...resourceProblems(["resources", name], each),
    ]),
    ...durationProblems(
      [["startupBudget"], props.startupBudget, LONGEST_START, SHORTEST_START],
      [["terminationGrace"], props.terminationGrace],
    ),
    ...dnsProblems(props),
    ...envProblems([], props),
    ...[props.env, props.secretEnv].flatMap((each = {}, i) =>
      Object.keys(each).flatMap(name => ownProblems([i === 0 ? "env" : "secretEnv", name], name)),
    ),
    ...(props.envFrom ?? []).flatMap((each, i) => oneOf(["envFrom", i], each, ["configMap", "secret"])),
    ...Object.entries(props.volumes ?? {}).flatMap(([name, volume]) => volumeProblems(name, volume)),
    ...(props.initContainers ?? []).flatMap((each, i) => containerProblems(["initContainers", i], each)),
    ...(props.sidecars ?? []).flatMap((each, i) => containerProblems(["sidecars", i], each)),
    ...bundleProblems(props),
    ...sameProblems(props),
  ];
}

/** The largest id that Kubernetes takes. */
const LAST_ID = 2 ** 31 - 1;

function userProblems(users: PodProps["users"]): Problem[] {
  return Object.entries(typeof users === "object" ? users : {}).flatMap(([name, id]) =>
    Number.isInteger(id) && id >= 1 && id <= LAST_ID
      ? []
      : [{ path: ["users", name], message: `${id} is no id without root's rights`, remedy: `use 1 to ${LAST_ID}` }],
  );
}

const NAMES: readonly string[] = [...CONTAINERS, ...CHART_CONTAINERS];

function containerNameProblems(name: string): Problem[] {
  if (NAMES.includes(name)) return [];
  const remedy = `name one of ${NAMES.join(", ")}; containers that you add have their own resources`;
  return [{ path: ["resources", name], message: `the package has no container "${name}"`, remedy }];
}

const AMOUNTS: { readonly [K in keyof Required<Amounts>]: Grammar } = {
  cpu: CPU,
  memory: MEMORY,
  "ephemeral-storage": VOLUME_SIZE,
};

function resourceProblems(path: Problem["path"], resources: ContainerResources): Problem[] {
  const problems = (["requests", "limits"] as const).flatMap(part =>
    Object.entries(AMOUNTS).flatMap(([name, grammar]) =>
      grammarProblems([...path, part, name], resources[part]?.[name as keyof Amounts], grammar),
    ),
  );
  return problems.length > 0 ? problems : amountProblems(path, resources);
}

function dnsProblems({ hostAliases = [], dnsPolicy, dnsConfig = {} }: PodProps): Problem[] {
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  const each = (path: Problem["path"], texts: readonly string[], grammar: Grammar) =>
    texts.flatMap((text, i) => grammarProblems([...path, i], text, grammar));
  return [
    ...hostAliases.flatMap(({ ip, hostnames }, i) => [
      ...grammarProblems(["hostAliases", i, "ip"], ip, IP_ADDRESS),
      ...each(["hostAliases", i, "hostnames"], hostnames, HOST_NAME),
      ...(hostAliases.findIndex(other => other.ip === ip) < i
        ? [
            {
              path: ["hostAliases", i, "ip"],
              message: `"${ip}" is there already`,
              remedy: "give all its names at once",
            },
          ]
        : []),
    ]),
    ...each(["dnsConfig", "nameservers"], nameservers, IP_ADDRESS),
    ...each(["dnsConfig", "searches"], searches, HOST_NAME),
    ...options.flatMap(({ name, value }, i) => [
      ...grammarProblems(["dnsConfig", "options", i, "name"], name, RESOLVER_OPTION),
      ...grammarProblems(["dnsConfig", "options", i, "value"], value, RESOLVER_VALUE),
    ]),
    ...(nameservers.length > 3
      ? [{ path: ["dnsConfig", "nameservers"], message: "are more than 3", remedy: "Kubernetes takes three" }]
      : []),
    ...(dnsPolicy === "None" && nameservers.length === 0
      ? [
          {
            path: ["dnsPolicy"],
            message: "None leaves pods without DNS",
            remedy: "name dnsConfig.nameservers beside it",
          },
        ]
      : []),
  ];
}

interface Env {
  readonly env?: Readonly<Record<string, string>>;
  readonly secretEnv?: Readonly<Record<string, SecretKeyOf>>;
}

function envProblems(path: Problem["path"], { env = {}, secretEnv = {} }: Env): Problem[] {
  const names = Object.entries({ env, secretEnv }).flatMap(([word, variables]) =>
    Object.keys(variables).flatMap(name => grammarProblems([...path, word, name], name, ENV_NAME)),
  );
  return [
    ...names,
    ...Object.entries(secretEnv).flatMap(([name, each]) => secretKeyProblems([...path, "secretEnv", name], each)),
    ...secretTextProblems([...path, "env"], env),
    ...twiceProblems(path, { env, secretEnv }),
  ];
}

/** What containers of the package have already. */
function ownProblems(path: Problem["path"], name: string): Problem[] {
  if (isCaEnv(name)) return [{ path, message: `${name} is set by caBundle`, remedy: "name the file there" }];
  const loader = loaderFault(name);
  if (loader) return [{ path, ...loader }];
  if (!isOwnEnv(name)) return [];
  return [{ path, message: `${name} is set by the package`, remedy: "remove it, and use the key it follows from" }];
}

/** Exactly one of several keys must be there. */
function oneOf(path: Problem["path"], value: object, keys: readonly string[]): Problem[] {
  const given = keys.filter(key => (value as Record<string, unknown>)[key] !== undefined);
  if (given.length === 1) {
    const name = (value as Record<string, unknown>)[given[0] as string];
    return typeof name === "string" ? grammarProblems([...path, given[0] as string], name, OBJECT_NAME) : [];
  }
  const message = given.length === 0 ? "names no source" : `names ${given.join(" and ")}`;
  return [{ path, message, remedy: `give one of ${keys.join(", ")}` }];
}

const SOURCES = ["configMap", "secret", "claim", "emptyDir", "csi"];

function volumeProblems(name: string, volume: PodVolume): Problem[] {
  const path = ["volumes", name];
  const { mountPath, emptyDir, csi } = volume;
  return [
    ...grammarProblems(path, name, dnsLabel()),
    ...oneOf(path, volume, SOURCES),
    ...grammarProblems([...path, "mountPath"], mountPath, MOUNT_PATH),
    ...grammarProblems([...path, "emptyDir", "sizeLimit"], emptyDir?.sizeLimit, VOLUME_SIZE),
    ...grammarProblems([...path, "csi", "driver"], csi?.driver, OBJECT_NAME),
    ...grammarProblems([...path, "csi", "secret"], csi?.secret, OBJECT_NAME),
  ];
}

function containerProblems(path: Problem["path"], container: AddedContainer): Problem[] {
  const { name, image, volumeMounts = [], resources } = container;
  const fault = imageProblem(image, false);
  return [
    ...grammarProblems([...path, "name"], name, dnsLabel()),
    ...((CONTAINERS as readonly string[]).includes(name)
      ? [{ path: [...path, "name"], message: `${name} is a container of the package`, remedy: "use another name" }]
      : []),
    ...(fault ? [{ path: [...path, "image"], ...fault }] : []),
    ...envProblems(path, container),
    ...volumeMounts.flatMap(({ mountPath, subPath }, i) => [
      ...grammarProblems([...path, "volumeMounts", i, "mountPath"], mountPath, MOUNT_PATH),
      ...grammarProblems([...path, "volumeMounts", i, "subPath"], subPath, SUB_PATH),
    ]),
    ...(resources ? resourceProblems([...path, "resources"], resources) : []),
  ];
}

function bundleProblems({ caBundle }: PodProps): Problem[] {
  if (!caBundle) return [];
  return [
    ...oneOf(["caBundle"], caBundle, ["configMap", "secret"]),
    ...grammarProblems(["caBundle", "key"], caBundle.key, DATA_KEY),
  ];
}
