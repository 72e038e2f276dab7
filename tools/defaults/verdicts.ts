import { parse } from "yaml";
import type { Chart } from "./images";
import { newerThan } from "./newer";
import { type OriginOf, type Reference, Repository, referenceOf } from "./registry";

/** What is known of one image or chart. */
export interface Verdict {
  readonly name: string;
  readonly state: "published" | "missing" | "unknown";
  /** Tags that are newer, or why nothing is known. */
  readonly detail: string;
}

/** Asks the registries for images: whether each is there, and what is newer than the highest of its repository. */
export async function verdictsOfImages(images: readonly string[], originOf: OriginOf): Promise<Verdict[]> {
  const repositories = new Map<string, Reference[]>();
  for (const image of new Set(images)) {
    const reference = referenceOf(image);
    const key = `${reference.registry}/${reference.repository}`;
    repositories.set(key, [...(repositories.get(key) ?? []), reference]);
  }
  const found = [...repositories].map(([name, references]) => verdictsOfRepository(name, references, originOf));
  return (await Promise.all(found)).flat();
}

async function verdictsOfRepository(
  name: string,
  references: readonly Reference[],
  originOf: OriginOf,
): Promise<Verdict[]> {
  const [{ registry, repository }] = references as [Reference];
  const asked = new Repository(originOf(registry), repository);
  const ours = references.flatMap(({ tag }) => tag ?? []);
  const newer = await answer(async () => newerThan(ours, await asked.tags()));
  const verdicts: Verdict[] = [];
  for (const { tag = "", digest } of references) {
    const there = await answer(() => asked.has(digest ?? tag));
    const highest = newerThan([tag], ours).length === 0;
    verdicts.push(
      verdict(`${name}${tag && `:${tag}`}${digest ? `@${digest}` : ""}`, there, highest ? newer : { is: [] }),
    );
  }
  return verdicts;
}

/** Asks repositories of charts for their index. */
export async function verdictsOfCharts(charts: readonly Chart[]): Promise<Verdict[]> {
  const indexes = new Map([...new Set(charts.map(({ repository }) => repository))].map(url => [url, versionsIn(url)]));
  return Promise.all(
    charts.map(async ({ repository, name, version }) => {
      const versions = await answer(async () => (await indexes.get(repository))?.get(name) ?? []);
      const there = "is" in versions ? { is: versions.is.includes(version) } : versions;
      const newer = "is" in versions ? { is: newerThan([version], versions.is) } : versions;
      return verdict(`${repository}${name} ${version}`, there, newer);
    }),
  );
}

async function versionsIn(repository: string): Promise<Map<string, string[]>> {
  const response = await fetch(new URL("index.yaml", repository), { signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`HTTP ${response.status} for ${response.url}`);
  const { entries } = parse(await response.text()) as { entries: Record<string, readonly { version: string }[]> };
  return new Map(Object.entries(entries).map(([name, releases]) => [name, releases.map(({ version }) => version)]));
}

/** What was answered, or why nothing was. */
type Answer<T> = { readonly is: T } | { readonly unknown: string };

/** What cannot be asked says nothing about what is there. */
async function answer<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { is: await ask() };
  } catch (error) {
    const { message, cause } = error as Error & { readonly cause?: { readonly message?: string } };
    return { unknown: cause?.message ? `${message}: ${cause.message}` : message }; // `fetch` keeps the reason there
  }
}

function verdict(name: string, there: Answer<boolean>, newer: Answer<readonly string[]>): Verdict {
  if ("unknown" in there) return { name, state: "unknown", detail: there.unknown };
  return {
    name,
    state: there.is ? "published" : "missing",
    detail: "unknown" in newer ? newer.unknown : told(newer.is),
  };
}

const told = (newer: readonly string[]) => (newer.length > 0 ? `newer: ${newer.join(", ")}` : "");
