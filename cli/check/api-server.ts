import { isIP } from "node:net";
import { cidrOf, isWithin } from "../../constructs/kubernetes/address";
import type { Environment } from "../../values/load/environment";
import { sectionsOf } from "../../values/schema/sections";
import { type Kubectl, unlessUnknown, withKubectl } from "../kubernetes/kubectl";
import type { OpenedApiServer } from "../section";
import { cliSection } from "../sections";
import type { Check } from "./result";

interface Judged extends Check {
  /** Whether the operator has something to do, or may do. */
  readonly advice: boolean;
}

/** Whether the policies of an environment open the API server's endpoints. */
export async function apiServerChecks(kubectl: Kubectl, environment: Environment): Promise<Check[]> {
  return (await judged(kubectl, environment)).map(({ check, ok, detail }) => ({ check, ok, detail }));
}

/**
 * Prints before a deploy what to write into the values, where the policies would deny the API server, or open more than
 * it needs. A cluster that cannot be asked is left alone, with a line on stderr.
 */
export async function adviseOnApiServer(environment: Environment): Promise<void> {
  if (openedBy(environment).length === 0) return;
  const asked = withKubectl(environment.values.cluster, kubectl => judged(kubectl, environment));
  const found = await unlessUnknown("whether the NetworkPolicies open the API server", asked);
  for (const { check, detail } of found?.filter(({ advice }) => advice) ?? []) console.error(`${check}: ${detail}`);
}

function openedBy({ values }: Environment): [section: string, opened: OpenedApiServer][] {
  return sectionsOf(values).flatMap(({ name }): [string, OpenedApiServer][] => {
    const opened = cliSection(name).apiServer?.(values);
    return opened?.enabled ? [[name, opened]] : [];
  });
}

async function judged(kubectl: Kubectl, environment: Environment): Promise<Judged[]> {
  const sections = openedBy(environment);
  if (sections.length === 0) return [];
  const allowedBy = "a Role with get on endpointslices of namespace default";
  const [slice] = await kubectl.objects("default", ["endpointslice/kubernetes"], { allowedBy });
  const said: string[] = slice?.endpoints?.flatMap((each: { addresses?: string[] }) => each.addresses ?? []) ?? [];
  const addresses = said.filter(address => isIP(address) > 0);
  const ports: number[] = slice?.ports?.map(({ port }: { port: number }) => port).filter(isPort) ?? [];
  return sections.map(([section, opened]) => ({
    check: `${section} API server`,
    ...judge(section, opened, addresses, ports),
  }));
}

const isPort = (port: number) => Number.isInteger(port) && port > 0 && port < 65_536;

function judge(
  section: string,
  { apiServer, apiServerPorts }: OpenedApiServer,
  addresses: readonly string[],
  ports: readonly number[],
): Omit<Judged, "check"> {
  if (addresses.length === 0 || ports.length === 0) {
    return { ok: false, advice: true, detail: "EndpointSlice kubernetes of namespace default has no endpoint" };
  }
  const at = `${addresses.join(", ")} at ${ports.join(", ")}`;
  const portsOpen = ports.every(port => apiServerPorts.includes(port));
  const missing = apiServer.length > 0 ? addresses.filter(address => !isWithin(apiServer, address)) : [];
  if (portsOpen && missing.length === 0 && apiServer.length > 0) return { ok: true, advice: false, detail: at };
  const policies = `${section}.networkPolicies`;
  const lines = [
    ...(apiServer.length === 0 || missing.length > 0
      ? [`${policies}.apiServer: [${addresses.map(cidrOf).join(", ")}]`]
      : []),
    ...(portsOpen ? [] : [`${policies}.apiServerPorts: [${ports.join(", ")}]`]),
  ];
  const set = `set ${lines.join(" and ")}`;
  if (portsOpen && missing.length === 0)
    return { ok: true, advice: true, detail: `${at}; any other host is open too: ${set}` };
  return { ok: false, advice: true, detail: `${at} is not open to the pods: ${set}` };
}
