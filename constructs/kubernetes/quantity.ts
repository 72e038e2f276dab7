import { isToken } from "./framework/tokens";
import type { Problem } from "./problem";
import type { Resources } from "./resources";

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A Kubernetes size such as `2Gi`, in bytes; undefined for what is not one. */
export function bytes(quantity: string): number | undefined {
  const [, number, suffix] = /^([0-9]+(?:\.[0-9]+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  const factor = suffix === undefined ? undefined : FACTORS[suffix];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** What is wrong with a prop that has to be a size; one that is not given is right. */
export function sizeProblems(path: Problem["path"], value: string | undefined): Problem[] {
  if (value === undefined || isToken(value) || bytes(value)) return [];
  const remedy = "use a Kubernetes quantity above 0, such as 2Gi";
  return [{ path, message: `"${value}" is not a size`, remedy }];
}

/** What is wrong with the memory of a pod. */
export function memoryProblems(prop: string, resources: Resources | undefined): Problem[] {
  if (!resources) return [];
  const { memory, memoryLimit } = resources;
  const problems = [...sizeProblems([prop, "memory"], memory), ...sizeProblems([prop, "memoryLimit"], memoryLimit)];
  if ((bytes(memory) ?? 0) > (bytes(memoryLimit) ?? Number.POSITIVE_INFINITY)) {
    const message = `${memory} is requested, but ${memoryLimit} is the limit`;
    problems.push({ path: [prop, "memory"], message, remedy: "request no more than the limit" });
  }
  return problems;
}
