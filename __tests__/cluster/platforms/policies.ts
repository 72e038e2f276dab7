/** The label of namespaces that a platform's policies are for: no other namespace of the cluster has it. */
export const LABEL = "platforms.test/admission";

/** A rule of a ValidatingAdmissionPolicy. */
export interface Rule {
  readonly of: { readonly apiGroups: readonly string[]; readonly resources: readonly string[] };
  /** In CEL; `containers` are all of a pod's. */
  readonly expression: string;
  readonly message: string;
}

export const PODS = { apiGroups: [""], resources: ["pods"] };
export const SERVICES = { apiGroups: [""], resources: ["services"] };
export const NAMESPACES = { apiGroups: [""], resources: ["namespaces"] };
/** Of a namespace: whatever is in none matches every selector of namespaces, and is another test's too. */
export const EVERYTHING = { apiGroups: ["*"], resources: ["*"], scope: "Namespaced" };

const CONTAINERS = {
  name: "containers",
  expression: "object.spec.containers + object.spec.?initContainers.orValue([])",
};

/** The policy of a rule with its binding, for the namespaces of one platform. */
export function policyOf(platform: string, index: number, { of, expression, message }: Rule): object[] {
  const metadata = { name: `platforms-${platform}-${index}`, labels: { [LABEL]: platform } };
  const type = { apiVersion: "admissionregistration.k8s.io/v1", metadata };
  return [
    {
      ...type,
      kind: "ValidatingAdmissionPolicy",
      spec: {
        matchConstraints: { resourceRules: [{ ...of, apiVersions: ["*"], operations: ["CREATE", "UPDATE"] }] },
        // What controllers make on their own, such as kube-root-ca.crt, is not the environment's.
        matchConditions: [{ name: "of-users", expression: "!request.userInfo.username.startsWith('system:')" }],
        variables: of === PODS ? [CONTAINERS] : [],
        validations: [{ expression, message }],
      },
    },
    {
      ...type,
      kind: "ValidatingAdmissionPolicyBinding",
      spec: {
        policyName: metadata.name,
        validationActions: ["Deny"],
        matchResources: { namespaceSelector: { matchLabels: { [LABEL]: platform } } },
      },
    },
  ];
}
