import { grammarProblems } from "../../kubernetes/grammar/grammar";
import { ENV_NAME } from "../../kubernetes/grammar/names";
import type { Problem } from "../../kubernetes/problem";
import type { P2pNodeProps } from "../node";
import { MANAGED_ENV } from "../pod";
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
      if (!MANAGED_ENV.test(name)) return [];
      const message = `${name} is set by the package, since identity and reachability hang on it`;
      return [{ path, message, remedy: called => `remove it and use the ${called("prop")} it follows from` }];
    }),
  );
  const secrets = Object.entries(env)
    .filter(
      ([name, value]) => SECRET_NAME.test(name) || (/^(0x)?[0-9a-fA-F]{64}$/.test(value) && !name.includes("HASH")),
    )
    .map(([name]) => ({
      path: ["env", name],
      message: `${name} looks like a secret, which would stand in manifests and in Terraform's state`,
      remedy: "put it into a Secret and name that in secretEnv",
    }));
  const twice = Object.keys(env)
    .filter(name => Object.hasOwn(secretEnv, name))
    .map(name => ({ path: ["secretEnv", name], message: `${name} is in env too`, remedy: "keep one of the two" }));
  return [...names, ...secrets, ...twice];
}

const SECRET_NAME = /(PRIVATE_KEYS?|PASSWORD|PASSPHRASE|MNEMONIC|SECRET|TOKEN|API_KEYS?)$/;

/** What the software of a node beside the bootstrap nodes needs and has not been given. */
export function needProblems(props: Pick<P2pNodeProps, "env" | "secretEnv" | "software">, role: P2pRole): Problem[] {
  const { needs = [], env, roleEnv } = props.software;
  const given = { ...env, ...roleEnv[role], ...props.env, ...props.secretEnv };
  return needs.filter(need => !(need.env in given)).map(need => ({ ...need, path: ["software", ...need.path] }));
}
