import { join } from "node:path";
import { environmentSchema } from "../schema/environment";
import { sectionNames, sectionsOf } from "../schema/sections";
import { closest } from "./closest";
import { type Claim, claimsOf, collisions } from "./collisions";
import { quote } from "./describe";
import type { Environment } from "./environment";
import { explain } from "./explain";
import { readNamedFiles } from "./files";
import { type Finding, finding, type Path, ValuesError } from "./finding";
import { display, type Folder, isName, nameRule, openFolder, readValues, whole } from "./folder";
import type { Parsed } from "./parse";
import { type Assignment, assign, isFinding, parseAssignment } from "./set";
import { child, isMap, merge, nearest, plain, type Tree } from "./tree";

export type { Environment } from "./environment";
export { type Finding, formatFindings, ValuesError } from "./finding";

export interface LoadOptions {
  /** Folder with a file per environment. */
  readonly dir: string;
  /** @default every environment of the folder */
  readonly names?: readonly string[];
  /** `path=value`, over everything that the files say. @default none */
  readonly set?: readonly string[];
}

/** What is known of one environment, as plain data: what is wrong with it, and what no other may take. */
export interface Facts {
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly claims: readonly Claim[];
}

/** The same with the environment, where the schema accepts it. */
interface Read extends Facts {
  readonly environment?: Environment;
}

interface Loaded {
  /** What the schema accepts, even if something else is wrong with it: its state and namespace can be compared. */
  readonly environment?: Environment;
  readonly findings: readonly Finding[];
}

/**
 * An open values folder. Environments that were not asked for are read too: they may hold the state or the namespace
 * of one that was. Their other errors do not matter.
 */
export interface OpenValues {
  /** Names of the environments that were asked for and are there, sorted. */
  readonly wanted: readonly string[];
  /** Names of the others. */
  readonly others: readonly string[];
  read(name: string): Read;
  /** What is wrong with the folder, the overrides and the environments that were asked for, once all are read. */
  findings(read: readonly Facts[]): Finding[];
}

/** @throws ValuesError with every finding */
export function loadEnvironments(options: LoadOptions): Environment[] {
  const values = openValues(options);
  const others = values.others.map(name => withoutEnvironment(values.read(name)));
  const wanted = values.wanted.map(values.read);
  const findings = values.findings([...others, ...wanted]);
  if (findings.length > 0) throw new ValuesError(findings);
  return wanted.flatMap(({ environment }) => environment ?? []);
}

/** For memory and for other processes. */
export const withoutEnvironment = ({ name, findings, claims }: Read): Facts => ({ name, findings, claims });

/** Opens a values folder, whose environments are each merged over their profile and validated. */
export function openValues({ dir, names, set = [] }: LoadOptions): OpenValues {
  const folder = openFolder(dir);
  const parsed = set.map(parseAssignment);
  const assignments = parsed.filter(result => !isFinding(result)) as Assignment[];
  const all = [...folder.environments.keys()].sort();
  const asked = new Set(names ?? all);
  const unknown = [...asked].filter(name => all.length > 0 && !folder.environments.has(name));

  const profiles = new Map<string, Parsed>();
  const profile = (file: string): Parsed => {
    const read = profiles.get(file) ?? readValues(file);
    profiles.set(file, read);
    return read;
  };
  return {
    wanted: all.filter(name => asked.has(name)),
    others: all.filter(name => !asked.has(name)),
    read: name => {
      const file = folder.environments.get(name) as string;
      const { environment, findings } = loadEnvironment(
        name,
        file,
        folder,
        profile,
        asked.has(name) ? assignments : [],
      );
      return { name, environment, findings, claims: environment ? claimsOf(environment) : [] };
    },
    findings: read => {
      const byName = [...read].sort((a, b) => (a.name < b.name ? -1 : 1)); // several processes may have read them
      const facts = byName.filter(({ name }) => asked.has(name));
      const rest = byName.filter(({ name }) => !asked.has(name));
      const claims = (of: readonly Facts[]) => of.flatMap(({ claims }) => claims);
      return inOrder([
        ...(unknown.length === 0 && all.length > 0 && names ? [] : folder.findings),
        ...parsed.filter(isFinding),
        ...unknown.map(name => unknownEnvironment(name, dir, all)),
        ...facts.flatMap(({ findings }) => findings),
        ...collisions(claims(rest), claims(facts)),
      ]);
    },
  };
}

function loadEnvironment(
  name: string,
  file: string,
  folder: Folder,
  readProfile: (file: string) => Parsed,
  assignments: readonly Assignment[],
): Loaded {
  const own = readValues(file);
  if (!own.tree) return own;
  const findings = [...own.findings];

  const chosen =
    assignments.findLast(({ path }) => path[0] === "profile" && path.length === 1)?.value ?? child(own.tree, "profile");
  const profiles = [...folder.profiles.keys()];
  const unknown = typeof chosen?.value === "string" && !folder.profiles.has(chosen.value);
  if (unknown) findings.push(unknownProfile(chosen, profiles));
  if (unknown && profiles.length === 0) return { findings };
  const base = folder.profiles.get(String(chosen?.value)) ?? folder.profiles.values().next().value;
  const profile = base === undefined ? undefined : readProfile(base);
  findings.push(...(profile?.findings ?? []));
  if (profile && !profile.tree) return { findings };

  let tree = profile?.tree ? merge(withoutSections(profile.tree, own.tree, assignments), own.tree) : own.tree;
  for (const assignment of assignments) {
    const assigned = assign(tree, assignment, environmentSchema);
    if (isFinding(assigned)) findings.push(assigned);
    else tree = assigned;
  }

  const merged = plain(tree) as Record<string, unknown>;
  const result = environmentSchema.safeParse(merged);
  if (!result.success) {
    const issues = unknown ? result.error.issues.filter(({ path }) => path[0] !== "profile") : result.error.issues;
    return { findings: [...findings, ...explain(environmentSchema, tree, issues)] };
  }
  const locate = (path: Path) => nearest(tree, path).place;
  const named = readNamedFiles(result.data, file, locate);
  findings.push(...named.findings);
  const environment: Environment = { name, file, values: result.data, merged, files: named.files, locate };
  for (const { section, values } of sectionsOf(result.data)) findings.push(...(section.check?.(values, locate) ?? []));
  return { environment, findings };
}

/** A profile has defaults for every section; those of sections that an environment does not have are left out. */
function withoutSections(profile: Tree, own: Tree, assignments: readonly Assignment[]): Tree {
  if (!isMap(profile.value)) return profile;
  const absent = sectionNames.filter(
    section => !child(own, section) && !assignments.some(({ path }) => path[0] === section),
  );
  const value = new Map([...profile.value].filter(([key]) => !(absent as readonly string[]).includes(key)));
  return { ...profile, value };
}

function unknownEnvironment(name: string, dir: string, all: readonly string[]): Finding {
  const file = /([^/]*)\.ya?ml$/i.exec(name)?.[1];
  const meant = closest(file ?? name, all);
  const what = `there is no environment ${quote(name)}`;
  if (meant || isName(name)) {
    const remedy = meant ? `did you mean ${quote(meant)}?` : `create ${display(join(dir, `${name}.yaml`))}`;
    return finding(whole(display(dir)), [], `${what}; available: ${all.join(", ")}`, remedy);
  }
  return finding(whole(display(dir)), [], `${what}: a name ${nameRule}`, `name one of ${all.join(", ")}`);
}

function unknownProfile(named: Tree, profiles: readonly string[]): Finding {
  const meant = closest(String(named.value), profiles);
  const message = `unknown profile ${quote(String(named.value))}; available: ${profiles.join(", ") || "none"}`;
  const remedy = profiles.length === 0 ? "remove the folder profiles: the package has dev and prod" : undefined;
  return finding(named.place, ["profile"], message, meant ? `did you mean ${quote(meant)}?` : remedy);
}

/** File by file, from top to bottom, each finding once: those of a profile are found once per environment. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const once = [...new Map(findings.map(each => [JSON.stringify(each), each])).values()];
  const files = [...new Set(once.map(({ file }) => file))];
  return files.flatMap(file =>
    once.filter(each => each.file === file).sort((a, b) => a.line - b.line || a.column - b.column),
  );
}
