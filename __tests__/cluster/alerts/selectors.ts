import type { Monitoring } from "./monitoring";

interface Node {
  readonly type: string;
  readonly matchers?: readonly { readonly name: string; readonly type: string; readonly value: string }[];
  readonly [field: string]: unknown;
}

const AT_ONCE = 20;

/** The selectors of queries, each once, as Prometheus itself reads them. */
export async function selectorsOf(monitoring: Monitoring, queries: readonly string[]): Promise<string[]> {
  const read = chunks(queries).map(async some => {
    const query = some.map(each => `(${each})`).join(" or ");
    return selectorsIn(await monitoring.api<Node>("parse_query", { query }));
  });
  return [...new Set((await Promise.all(read)).flat())];
}

/** Those of these selectors for which there was no series in the last so many minutes. */
export async function withoutSeries(
  monitoring: Monitoring,
  selectors: readonly string[],
  minutes: number,
): Promise<string[]> {
  const asked = chunks(selectors).map(async some => {
    const parts = some.map(
      (each, i) => `label_replace(group(count_over_time(${each}[${minutes}m])), "at", "${i}", "", "")`,
    );
    const there = (await monitoring.query(parts.join(" or "))).map(({ metric }) => Number(metric.at));
    return some.filter((_, i) => !there.includes(i));
  });
  return (await Promise.all(asked)).flat();
}

const chunks = (all: readonly string[]) =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) => all.slice(i * AT_ONCE, (i + 1) * AT_ONCE));

function selectorsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(selectorsIn);
  if (typeof value !== "object" || value === null) return [];
  const { type, matchers, ...fields } = value as Node;
  if (!["vectorSelector", "matrixSelector"].includes(type)) return Object.values(fields).flatMap(selectorsIn);
  return [`{${(matchers ?? []).map(one => `${one.name}${one.type}${JSON.stringify(one.value)}`).join(",")}}`];
}
