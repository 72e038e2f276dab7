import { grammarProblems } from "../../kubernetes/grammar/grammar";
import { ENV_NAME } from "../../kubernetes/grammar/names";
import type { Problem } from "../../kubernetes/problem";
import { secretTextProblems, twiceProblems } from "../../kubernetes/secret-text";
import { isOwnEnv, loaderFault } from "../../kubernetes/vocabulary/own";
import type { P2pNodeProps } from "../node";
import type { P2pRole } from "../software/software";

/** Environment that the package sets, that no shell could set, or that is a secret. */
export function envProblems({
  env = {},
  secretEnv = {},
  software,
}: Pick<P2pNodeProps, "env" | "secretEnv" | "software">): Problem[] {
  const names = [env, secretEnv].flatMap((variables, i) =>
    Object.keys(variables).flatMap((name): Problem[] => {
      const path = [i === 0 ? "env" : "secretEnv", name];
      const malformed = grammarProblems(path, name, ENV_NAME);
      if (malformed.length > 0) return malformed;
      const refused = software.refused?.find(variable => variable.env === name);
      if (refused) return [{ ...refused, path }];
      const loader = loaderFault(name);
      if (loader) return [{ path, ...loader }];
      if (!isOwnEnv(name)) return [];
      const message = `${name} is set by the package, since identity and reachability hang on it`;
      return [{ path, message, remedy: called => `remove it and use the ${called("prop")} it follows from` }];
    }),
  );
  return [...names, ...secretTextProblems(["env"], env), ...twiceProblems([], { env, secretEnv })];
}

/** What the software of a node beside the bootstrap nodes needs and has not been given. */
export function needProblems(props: Pick<P2pNodeProps, "env" | "secretEnv" | "software">, role: P2pRole): Problem[] {
  const { needs = [], env, roleEnv } = props.software;
  const given = { ...env, ...roleEnv[role], ...props.env, ...props.secretEnv };
  return needs.filter(need => !(need.env in given)).map(need => ({ ...need, path: ["software", ...need.path] }));
}
