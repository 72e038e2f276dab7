/** Something wrong with props, at a place inside them, so that a caller can say where the value came from. */
export interface Problem {
  /** Path inside the props, such as `["identity", "enrs", 1]`. */
  readonly path: readonly (string | number)[];
  /** What is wrong: lower case, with the value given and what is allowed. */
  readonly message: string;
  /** What to do about it. It is a function where it names props or classes: a values file calls them otherwise. */
  readonly remedy?: string | ((called: Naming) => string);
}

/** What the reader calls a thing, given its name in code, such as `Identity.persisted()`. */
export type Naming = (inCode: string) => string;

/** The remedy in the words of its reader. */
export function remedyOf({ remedy }: Pick<Problem, "remedy">, called: Naming = inCode => inCode): string | undefined {
  return typeof remedy === "function" ? remedy(called) : remedy;
}

/** `["identity", "enrs", 1]` as `identity.enrs[1]`. */
function formatPath(path: Problem["path"]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

/** Throws one error that lists every problem; does nothing when there is none. */
export function refuse(construct: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(problem => {
    const { path, message } = problem;
    const remedy = remedyOf(problem);
    const place = path.length > 0 ? `${formatPath(path)}: ` : "";
    return `${place}${message}${remedy ? ` → ${remedy}` : ""}`;
  });
  throw new Error(`${construct}: ${lines.join("\n  ")}`.replace(/[#$&]\{TfToken\[[^\]]*\]\}/g, "<token>"));
}
