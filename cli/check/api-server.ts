import { BlockList, isIPv4 } from "node:net";
import type { Environment } from "../../values/load/environment";
import type { Section } from "../../values/schema/sections";
import { engineValues } from "../../values/schema/sequencer";
import { type Kubectl, unlessUnknown, withKubectl } from "../kubernetes/kubectl";
import type { Check } from "./result";

/** What a section's policies open towards the API server. */
interface Opened {
  readonly apiServer: readonly string[];
  readonly apiServerPorts: readonly number[];
}

/** How the policies of each section that calls the API server are told about it. */
const OPENED: Readonly<
  Record<Section, (values: Environment["values"]) => (Opened & { enabled: boolean }) | undefined>
> = {
  p2p: ({ p2p }) => (p2p?.bootstrap.length ? p2p.networkPolicies : undefined),
  sequencer: ({ sequencer }) =>
    sequencer && engineValues(sequencer).name === "lease" ? sequencer.networkPolicies : undefined,
  spike: ({ spike }) => (spike?.bootstrap ? spike.networkPolicies : undefined),
};

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

function openedBy({ values }: Environment): [section: string, opened: Opened][] {
  return Object.entries(OPENED).flatMap(([section, of]): [string, Opened][] => {
    const opened = of(values);
    return opened?.enabled ? [[section, opened]] : [];
  });
}

async function judged(kubectl: Kubectl, environment: Environment): Promise<Judged[]> {
  const sections = openedBy(environment);
  if (sections.length === 0) return [];
  const allowedBy = "a Role with get on endpointslices of namespace default";
  const [slice] = await kubectl.objects("default", ["endpointslice/kubernetes"], { allowedBy });
  const addresses: string[] = slice?.endpoints?.flatMap((each: { addresses?: string[] }) => each.addresses ?? []) ?? [];
  const ports: number[] = slice?.ports?.map(({ port }: { port: number }) => port) ?? [];
  return sections.map(([section, opened]) => ({
    check: `${section} API server`,
    ...judge(section, opened, addresses, ports),
  }));
}

function judge(
  section: string,
  { apiServer, apiServerPorts }: Opened,
  addresses: readonly string[],
  ports: readonly number[],
): Omit<Judged, "check"> {
  if (addresses.length === 0 || ports.length === 0) {
    return { ok: false, advice: true, detail: "EndpointSlice kubernetes of namespace default has no endpoint" };
  }
  const at = `${addresses.join(", ")} at ${ports.join(", ")}`;
  const portsOpen = ports.every(port => apiServerPorts.includes(port));
  const missing = apiServer.length > 0 ? addresses.filter(address => !within(apiServer, address)) : [];
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

const cidrOf = (address: string) => `${address}/${isIPv4(address) ? 32 : 128}`;

function within(cidrs: readonly string[], address: string): boolean {
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [net = "", bits] = cidr.split("/");
    if (isIPv4(net) === isIPv4(address)) list.addSubnet(net, Number(bits), family);
  }
  return list.check(address, family);
}
