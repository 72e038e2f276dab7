import type { Problem } from "../kubernetes/problem";

/** What the flags of a program are like, and which of them the package sets. */
export interface FlagRules {
  /** In messages. */
  readonly program: string;
  /** What to do about a flag that the package sets, by its name. A name that ends in a dot is of all that begin so. */
  readonly taken: Readonly<Record<string, string>>;
  /**
   * Flags that may stand without a value, or `any` where the program tells by itself. A program that does not takes
   * the next argument for the value, whatever that is.
   */
  readonly switches: readonly string[] | "any";
  /** Other names of the same flags. @default - none */
  readonly alias?: (name: string) => string;
}

const FLAG = /^--([A-Za-z0-9][A-Za-z0-9._-]*)(=[\s\S]*)?$/;
/** Where a key would stand in manifests and in Terraform's state. */
const SECRET = /(private[._-]?key|password|passphrase|mnemonic|secret|token|api[._-]?key)$/i;

/**
 * What is wrong with arguments that are added to those of the package: `--flag`, `--flag=value`, or `--flag` and
 * `value`. A flag that the package sets, and one that is there already, could only repeat or contradict.
 */
export function argProblems(path: Problem["path"], args: readonly string[], rules: FlagRules): Problem[] {
  const { program, switches, alias = (name: string) => name } = rules;
  const seen = new Set<string>();
  let open = false;
  return args.flatMap((arg, i): Problem[] => {
    const problem = (message: string, remedy: string) => [{ path: [...path, i], message, remedy }];
    const [, given, value] = FLAG.exec(arg) ?? [];
    if (given === undefined) {
      const isValue = open && !arg.startsWith("-");
      open = false;
      return isValue ? [] : problem(`"${arg}" is no flag of ${program}`, "write --flag=value");
    }
    const name = alias(given);
    const remedy = takenBy(rules.taken, name);
    if (remedy) return problem(`the package sets --${name} itself`, remedy);
    if (seen.has(name)) return problem(`--${name} is there twice`, "keep one of the two");
    seen.add(name);
    if (SECRET.test(name)) return problem(`--${name} looks like a secret`, "mount it, and give the path of its file");
    const bare = value === undefined;
    open = bare && (switches === "any" || !switches.includes(name));
    if (!open || switches === "any" || (args[i + 1] !== undefined && !args[i + 1]?.startsWith("-"))) return [];
    return problem(`--${name} has no value`, `write --${name}=value`);
  });
}

function takenBy(taken: FlagRules["taken"], name: string): string | undefined {
  const [, remedy] =
    Object.entries(taken).find(([key]) => key === name || (key.endsWith(".") && name.startsWith(key))) ?? [];
  return remedy;
}

/** The names of the flags among arguments. */
export const flagsIn = (args: readonly string[]): string[] => args.flatMap(arg => FLAG.exec(arg)?.[1] ?? []);
