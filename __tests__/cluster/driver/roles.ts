import { writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { kubectl } from "./kubectl";

/** A ServiceAccount of a Role's name that has the Role and nothing else. */
export function bound(namespace: string, name: string): object[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name, namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  ];
}

/** Writes a kubeconfig of an account. */
export async function login(namespace: string, account: string, file: string): Promise<void> {
  const config = parse((await kubectl(["config", "view", "--raw"])).stdout);
  const token = (await kubectl(["-n", namespace, "create", "token", account])).stdout.trim();
  config.users[0].user = { token };
  writeFileSync(file, stringify(config), { mode: 0o600 });
}
