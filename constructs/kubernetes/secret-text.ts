import type { Problem } from "./problem";

const SECRET_NAME = /(PRIVATE_KEYS?|PASSWORD|PASSPHRASE|MNEMONIC|SECRET|TOKEN|API_KEYS?)$/;

/** Environment that looks like a secret, by its name or its value; `path` is that of the map. */
export function secretTextProblems(path: Problem["path"], env: Readonly<Record<string, string>>): Problem[] {
  return Object.entries(env)
    .filter(
      ([name, value]) => SECRET_NAME.test(name) || (/^(0x)?[0-9a-fA-F]{64}$/.test(value) && !name.includes("HASH")),
    )
    .map(([name]) => ({
      path: [...path, name],
      message: `${name} looks like a secret, which would stand in manifests and in Terraform's state`,
      remedy: "put it into a Secret and name that in secretEnv",
    }));
}

/** Variables that are given both as text and from a Secret. */
export function twiceProblems(
  path: Problem["path"],
  { env = {}, secretEnv = {} }: { readonly env?: object; readonly secretEnv?: object },
): Problem[] {
  return Object.keys(env)
    .filter(name => Object.hasOwn(secretEnv, name))
    .map(name => ({
      path: [...path, "secretEnv", name],
      message: `${name} is in env too`,
      remedy: "keep one of the two",
    }));
}
