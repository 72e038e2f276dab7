import { type Command, InvalidArgumentError } from "commander";

/** Members that a sequencer may have: one, a pair with a Lease, or a raft of 3, 5 or 7. */
const MEMBERS = [1, 2, 3, 5, 7];

export function integer(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a positive integer.`);
  return Number(text);
}

export function members(text: string): number {
  const count = integer(text);
  if (MEMBERS.includes(count)) return count;
  throw new InvalidArgumentError(whyNot(count));
}

function whyNot(count: number): string {
  if (count === 0) return "a sequencer has at least one member.";
  if (count > 7)
    return (
      `${count} are too many: every block waits for most of them, and 7 already survive the loss of 3. ` +
      "Use 3, 5 or 7."
    );
  return `${count} members survive no more failures than ${count - 1}: use ${count - 1} or ${count + 1}.`;
}

export function label(text: string): string {
  return checkedLabel(text, 63);
}

/** Name of a workload. Its StatefulSet adds a revision, and both have to fit into the 63 characters of a label. */
export function workload(text: string): string {
  return checkedLabel(text, 52);
}

function checkedLabel(text: string, most: number): string {
  if (text.length <= most && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError(
    `"${text}" is not a DNS label: use at most ${most} of a-z, 0-9 and -, beginning and ending with a letter or digit.`,
  );
}

export function domain(text: string): string {
  if (text.split(".").every(part => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(part))) return text;
  throw new InvalidArgumentError(`"${text}" is not a DNS domain in lower case, as in cluster.local.`);
}

/** An action whose errors look like those of wrong options. */
export function refusing<O>(make: (options: O) => void | Promise<void>) {
  return async (options: O, command: Command): Promise<void> => {
    try {
      await make(options);
    } catch (error) {
      command.error(`error: ${(error as Error).message}`);
    }
  };
}
