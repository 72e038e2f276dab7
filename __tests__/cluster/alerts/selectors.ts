import type { Monitoring } from "./monitoring";

interface Node {
  readonly type: string;
  readonly matchers?: readonly { readonly name: string; readonly type: string; readonly value: string }[];
  readonly [field: string]: unknown;
}

/** The selectors of a query, as Prometheus itself reads it. */
export async function selectorsOf(monitoring: Monitoring, query: string): Promise<string[]> {
  return selectorsIn(await monitoring.api<Node>("parse_query", { query }));
}

function selectorsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(selectorsIn);
  if (typeof value !== "object" || value === null) return [];
  const { type, matchers, ...fields } = value as Node;
  if (!["vectorSelector", "matrixSelector"].includes(type)) return Object.values(fields).flatMap(selectorsIn);
  return [`{${(matchers ?? []).map(one => `${one.name}${one.type}${JSON.stringify(one.value)}`).join(",")}}`];
}
