import { type Kubectl, KubectlError } from "./kubectl";
import type { Failure } from "./kubectl-errors";

/** The container of a pod that runs a program. */
interface Place {
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
}

/** Runs a program in a container. Returns what it printed, or undefined after one of the `expected` failures. */
export async function execIn(
  kubectl: Kubectl,
  { namespace, name, container }: Place,
  words: readonly string[],
  expected: readonly Failure[],
): Promise<string | undefined> {
  const args = ["exec", "--namespace", namespace, name, "--container", container, "--", ...words];
  const allowedBy = `a Role with create on pods/exec of namespace ${namespace}`;
  try {
    return await kubectl.run(args, { allowedBy });
  } catch (error) {
    if (error instanceof KubectlError && expected.includes(error.failure)) return undefined;
    throw error;
  }
}
