import type { KubernetesObject } from "../manifests/objects";
import { parsePlaceholders } from "../manifests/placeholders";
import { byName, dataOf } from "../manifests/read/object";
import { type Container, containersOf } from "../manifests/read/pod";
import type { Workload } from "../manifests/read/workload";

/** Something that a pod's configuration names, and where it is named. */
export type Reference = { readonly where: string } & (
  | { readonly kind: "service"; readonly namespace: string; readonly name: string; readonly port?: number }
  | { readonly kind: "host"; readonly host: string; readonly port: number }
  | { readonly kind: "record"; readonly configMap: string; readonly key: string }
  | { readonly kind: "enr"; readonly enr: string }
);

/** Programs are not configuration: they have addresses in comments and examples. */
const PROGRAM = /\.(sh|js|mjs|lua)$/;
/** A Service's address as the manifests write it, or its name in cluster DNS. */
const INTERNAL = String.raw`<\w+ of Service [^>]+>|(?:[a-z0-9-]+\.){2,}svc\b[a-z0-9.-]*`;
/** A URL or an internal address without a scheme, then a port. */
const ADDRESS = new RegExp(String.raw`(?:(https?)://(${INTERNAL}|[^\s"',:/\]]+)|(${INTERNAL}))(?::(\d+))?`, "g");
/** A server of HAProxy: its address, and the port of its check. */
const SERVER = /^\s*server \S+ (?:"([^"]+)|(\S+)):(\d+)"?(?= |$)(?:.*? check port (\d+))?/gm;
const LOOPBACK = /^(127\.|localhost$|0\.0\.0\.0$|\[::1\]$)/;

/** Everything that the containers of a workload are configured to call or to wait for. */
export function referencesOf(workload: Workload, objects: readonly KubernetesObject[]): Reference[] {
  return containersOf(workload.pod).flatMap(container => [
    ...(container.env ?? []).flatMap(({ name, valueFrom }): Reference[] => {
      const record = valueFrom?.configMapKeyRef;
      return record
        ? [{ kind: "record", configMap: record.name, key: record.key, where: `${container.name} ${name}` }]
        : [];
    }),
    ...textsOf(container, workload, objects).flatMap(([where, text]) => inText(text, where)),
  ]);
}

/** A container's environment, arguments and configuration files, with the variables in a file filled in. */
function textsOf(
  container: Container,
  workload: Workload,
  objects: readonly KubernetesObject[],
): [where: string, text: string][] {
  const variables = new Map(
    (container.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
  const used = new Set<string>();
  const files = mounted(container, workload, objects).map(([file, text]): [string, string] => [
    `${container.name} ${file}`,
    text.replace(/\$\{(\w+)\}/g, (whole, name) => {
      used.add(name);
      return variables.get(name) ?? whole;
    }),
  ]);
  const env = [...variables]
    .filter(([name]) => !used.has(name))
    .map(([name, value]) => [`${container.name} ${name}`, value]);
  const args = (container.args ?? []).map(arg => [`${container.name} arguments`, arg]);
  return [...(env as [string, string][]), ...(args as [string, string][]), ...files];
}

function mounted({ volumeMounts = [] }: Container, workload: Workload, objects: readonly KubernetesObject[]) {
  const names = volumeMounts.flatMap(({ name }) => byName(workload.pod.volumes, name)?.configMap?.name ?? []);
  const maps = objects.filter(
    ({ kind, metadata }) =>
      kind === "ConfigMap" && metadata.namespace === workload.namespace && names.includes(metadata.name),
  );
  return maps.flatMap(map => Object.entries(dataOf(map)).filter(([file]) => !PROGRAM.test(file)));
}

function inText(text: string, where: string): Reference[] {
  const enrs = (text.match(/\benr:[\w-]+/g) ?? []).map((enr): Reference => ({ kind: "enr", enr, where }));
  const servers = [...text.matchAll(SERVER)].flatMap(([, quoted, plain, port, check]) =>
    [port, check].flatMap(each => (each ? target(quoted ?? plain ?? "", Number(each), where) : [])),
  );
  if (servers.length > 0) return [...enrs, ...servers];
  const addresses = [...text.matchAll(ADDRESS)].flatMap(([, scheme, host, internal, port]) =>
    target(host ?? internal ?? "", port ? Number(port) : scheme && (scheme === "https" ? 443 : 80), where),
  );
  return [...enrs, ...addresses];
}

function target(host: string, port: number | "" | undefined, where: string): Reference[] {
  const found: Reference[] = [];
  parsePlaceholders(host, ({ namespace, name }) =>
    String(found.push({ kind: "service", namespace, name, ...(port && { port }), where })),
  );
  const [inside] = host.split(".svc");
  const [namespace, name] = inside !== host ? (inside ?? "").split(".").reverse() : [];
  if (namespace && name) found.push({ kind: "service", namespace, name, ...(port && { port }), where });
  else if (found.length === 0 && port && !LOOPBACK.test(host)) found.push({ kind: "host", host, port, where });
  return found;
}
