import type { Driver } from "./interface";
import { KindDriver } from "./kind";
import { NamespacesDriver } from "./namespaces";
import { type Output, run } from "./run";

/** The cluster of kind that `KIND_CLUSTER` names, or the one of network namespaces. */
export const driver: Driver = process.env.KIND_CLUSTER
  ? new KindDriver(process.env.KIND_CLUSTER)
  : new NamespacesDriver();

/** A node to look from, where it does not matter which. */
export const [anyNode] = driver.nodes;

/** Runs a program where it reaches the API server. */
export const exec = (command: readonly string[], input?: string): Promise<Output> => run(driver.local(command), input);

/** What starts a program in some place. */
export type Command = (command: readonly string[]) => string[];

export const inNode =
  (node: string): Command =>
  command =>
    driver.onNetwork(node, command);

/** Runs a program on the network of a node. With policies obeyed, only that node's pods are reachable from there. */
export const onNode = (node: string, command: readonly string[]): Promise<Output> =>
  run(driver.onNetwork(node, command));
