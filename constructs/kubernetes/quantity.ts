import { bytes, CPU, MEMORY, VOLUME_SIZE } from "./grammar/amount";
import { grammarProblems } from "./grammar/grammar";
import type { Problem } from "./problem";
import type { Resources } from "./resources";

/** What is wrong with the size of a volume; one that is not given is right. */
export const sizeProblems = (path: Problem["path"], value: string | undefined) =>
  grammarProblems(path, value, VOLUME_SIZE);

/** What is wrong with the CPU and the memory of a pod. */
export function resourcesProblems(prop: string, resources: Resources | undefined): Problem[] {
  if (!resources) return [];
  const { cpu, memory, memoryLimit } = resources;
  const problems = [
    ...grammarProblems([prop, "cpu"], cpu, CPU),
    ...grammarProblems([prop, "memory"], memory, MEMORY),
    ...grammarProblems([prop, "memoryLimit"], memoryLimit, MEMORY),
  ];
  if ((bytes(memory) ?? 0) > (bytes(memoryLimit) ?? Number.POSITIVE_INFINITY)) {
    const message = `${memory} is requested, but ${memoryLimit} is the limit`;
    problems.push({ path: [prop, "memory"], message, remedy: "request no more than the limit" });
  }
  return problems;
}
