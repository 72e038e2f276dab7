/**
 * Lists whose order says nothing, by kind and path. Lists of a pod template are none of them: another order is another
 * revision there, and restarts the pods.
 */
const SETS: readonly (readonly [kind: RegExp, path: RegExp])[] = [
  [/^(Cluster)?Role$/, /^rules(\.(apiGroups|resourceNames|resources|verbs))?$/],
  [/^(Cluster)?RoleBinding$/, /^subjects$/],
  [/^ServiceAccount$/, /^(imagePullSecrets|secrets)$/],
  [/^Service$/, /^spec\.(ports|externalIPs|loadBalancerSourceRanges)$/],
  [/^NetworkPolicy$/, /^spec\.(policyTypes|(in|e)gress(\.(ports|from|to|(from|to)\.ipBlock\.except))?)$/],
  // Terraform's provider keeps these in an order of its own.
  [/./, /(^|\.)(accessModes|matchExpressions\.values)$/],
];

export const isSet = (kind: string, path: string): boolean =>
  SETS.some(([of, list]) => of.test(kind) && list.test(path));
