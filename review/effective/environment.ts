import { dataOf, listOf } from "../../manifests/read/object";
import type { Container, EnvVar } from "../../manifests/read/pod";
import type { Side } from "../sides";

/** What a container is told by variables and flags, with what they refer to put in. */
export interface Told {
  readonly variables: ReadonlyMap<string, string>;
  readonly flags: ReadonlyMap<string, string>;
}

/** The value of a setting: a flag outdoes the variable of the same name (`--l1-chain-id`, `L1_CHAIN_ID`). */
export function settingOf({ variables, flags }: Told, variable: string): string | undefined {
  return flags.get(`--${variable.toLowerCase().replaceAll("_", "-")}`) ?? variables.get(variable);
}

export function toldTo(container: Container, namespace: string | undefined, side: Side): Told {
  const variables = new Map<string, string>();
  for (const { configMapRef } of listOf(container.envFrom)) {
    const configMap = configMapRef && side.find("ConfigMap", namespace, configMapRef.name);
    for (const [name, value] of Object.entries(dataOf(configMap))) variables.set(name, value);
  }
  for (const variable of listOf(container.env)) {
    const value = textOf(variable, namespace, side);
    if (value !== undefined) variables.set(variable.name, expanded(value, variables));
  }
  return { variables, flags: flagsOf(container, variables) };
}

/** The text of a variable; where it comes from, if only the cluster knows it. */
function textOf({ value, valueFrom }: EnvVar, namespace: string | undefined, side: Side): string | undefined {
  if (!valueFrom) return value;
  const { secretKeyRef, configMapKeyRef } = valueFrom;
  if (secretKeyRef) return secretKey(secretKeyRef.name, secretKeyRef.key);
  if (!configMapKeyRef) return undefined; // of the pod itself: `$(POD_NAME)` stays as it is
  const { name, key } = configMapKeyRef;
  return dataOf(side.find("ConfigMap", namespace, name))[key] ?? `ConfigMap ${name}[${key}]`;
}

export const secretKey = (name: string, key: string) => `Secret ${name}[${key}]`;

/** `$(NAME)` by the variables before it, as the kubelet does. */
export const expanded = (text: string, variables: ReadonlyMap<string, string>) =>
  text.replace(/\$\(([\w.-]+)\)/g, (reference, name: string) => variables.get(name) ?? reference);

/** `--name=value` and `--name value`, also within the script of a shell. The last one counts. */
function flagsOf({ command, args }: Container, variables: ReadonlyMap<string, string>): Map<string, string> {
  const words = [...listOf(command), ...listOf(args)].flatMap(word => expanded(String(word), variables).split(/\s+/));
  const flags = new Map<string, string>();
  words.forEach((word, i) => {
    const [, name, value] = /^(--[\w.-]+)(?:=(.*))?$/.exec(word) ?? [];
    if (!name) return;
    const next = words[i + 1];
    flags.set(name, value ?? (next && !next.startsWith("-") ? next : ""));
  });
  return flags;
}
