import { everyStack } from "../driver/every-stack";
import type { Stack } from "../driver/stack";

/** Every environment and example, and how else nodes can be wired. */
export const MATRIX_STACKS: readonly Stack[] = [
  ...everyStack,
  { dir: "__tests__/cluster/policies/values", name: "hosted", section: "p2p" },
  { dir: "__tests__/cluster/policies/values", name: "joined", section: "p2p" },
];
