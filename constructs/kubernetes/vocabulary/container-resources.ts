import type { Container, EnvVar } from "../framework/provider-types";
import { isTokenText } from "../framework/token-text";
import { bytes, thousandths } from "../grammar/amount";
import { withHeap } from "../heap";
import type { Problem } from "../problem";
import type { Amounts, ContainerResources } from "./pod-props";

/** The containers of the package, and those of SPIRE's chart whose resources it lets others set. */
export const CONTAINERS = [
  "agent",
  "batcher",
  "bootstrap",
  "conductor",
  "crs",
  "execution",
  "gate",
  "genesis",
  "mesh",
  "node",
  "preflight",
  "proposer",
  "proxy",
  "snapshot",
] as const;
export const CHART_CONTAINERS = ["spiffe-csi-driver", "spire-agent", "spire-server"] as const;

/** A container with other resources, and with the heap that fits into them. */
export function withResources(container: Container, asked: ContainerResources | undefined): Container {
  if (!asked) return container;
  const { requests, limits } = container.resources ?? {};
  const limit = asked.limits?.memory;
  return {
    ...container,
    resources: { requests: merged(requests, asked.requests), limits: merged(limits, asked.limits) },
    ...(limit && { env: (container.env as EnvVar[] | undefined)?.map(each => heapOf(each, limit)) }),
  };
}

const merged = (own: object | undefined, asked: Amounts | undefined) =>
  own || asked ? ({ ...own, ...asked } as Record<string, string>) : undefined;

const heapOf = (variable: EnvVar, limit: string): EnvVar =>
  variable.name === "NODE_OPTIONS" && variable.value !== undefined
    ? { ...variable, value: withHeap(variable.value, limit) }
    : variable;

const UNITS = { cpu: thousandths, memory: bytes, "ephemeral-storage": bytes } as const;

/** A request above its limit, which Kubernetes refuses. */
export function amountProblems(path: Problem["path"], { requests, limits }: ContainerResources): Problem[] {
  return Object.entries(UNITS).flatMap(([name, amountOf]): Problem[] => {
    const request = requests?.[name as keyof Amounts];
    const limit = limits?.[name as keyof Amounts];
    if (request === undefined || limit === undefined || isTokenText(request) || isTokenText(limit)) return [];
    if ((amountOf(request) ?? 0) <= (amountOf(limit) ?? Number.POSITIVE_INFINITY)) return [];
    const message = `${request} is requested, but ${limit} is the limit`;
    return [{ path: [...path, "requests", name], message, remedy: "request no more than the limit" }];
  });
}
