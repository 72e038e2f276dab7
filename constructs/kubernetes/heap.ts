import { bytes } from "./grammar/amount";

/** The option by which Node.js limits its heap. */
const HEAP = /--max-old-space-size=\d+/;

/** Three quarters of a container's memory: the process ends before the kernel ends it. */
export function heapOption(memoryLimit: string): string {
  return `--max-old-space-size=${Math.floor(((bytes(memoryLimit) ?? 0) * 0.75) / 2 ** 20)}`;
}

/** Options of Node.js with the heap of another memory limit. */
export const withHeap = (options: string, memoryLimit: string) => options.replace(HEAP, heapOption(memoryLimit));
