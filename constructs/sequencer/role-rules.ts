/** A rule of a Role, by resource names. */
export interface RoleRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
  readonly resourceNames?: string[];
}

/** What the commands on a sequencer need, by what they do; an engine puts its Roles together from these. */
export interface RuleWords {
  /** See members, the StatefulSet and the proxy, and forward ports of the members. */
  readonly look: readonly RoleRule[];
  /** Read the Services of the members. */
  readonly services: readonly RoleRule[];
  /** Read the StatefulSet. */
  readonly sequencer: RoleRule;
  /** Delete members' pods. */
  readonly deletePods: RoleRule;
  /** These verbs on the Lease. */
  readonly lease: (...verbs: string[]) => RoleRule;
  /** Leave an Event. */
  readonly events: RoleRule;
  /** Run programs in members. */
  readonly exec: RoleRule;
  /** Stop all members, and start them. */
  readonly scale: RoleRule;
  /** Read the claims of the members' data. */
  readonly claims: RoleRule;
  /** Keep the Lease `<name>-<command>`, which allows one run of a command at a time. */
  readonly lock: (command: string) => readonly RoleRule[];
  /**
   * Run programs in members and delete them, with the lock that keeps two drills apart; these verbs of the Lease
   * beside.
   */
  readonly drill: (lease?: readonly RoleRule[]) => readonly RoleRule[];
}

/** A Role for each command that an engine has. */
export interface CommandRules {
  readonly status: readonly RoleRule[];
  readonly handoff?: readonly RoleRule[];
  readonly pause?: readonly RoleRule[];
  readonly members?: readonly RoleRule[];
  readonly override?: readonly RoleRule[];
  readonly found?: readonly RoleRule[];
  readonly drill?: readonly RoleRule[];
}

export function named(apiGroup: string, resource: string, resourceNames: string[], ...verbs: string[]): RoleRule {
  return { apiGroups: [apiGroup], resources: [resource], resourceNames, verbs };
}

/** The words for a sequencer; one of several members has a proxy. */
export function ruleWords(name: string, pods: string[], several: boolean): RuleWords {
  const sequencer = named("apps", "statefulsets", [name], "get");
  const lease = (...verbs: string[]) => named("coordination.k8s.io", "leases", [name], ...verbs);
  const events: RoleRule = { apiGroups: [""], resources: ["events"], verbs: ["create"] };
  const deletePods = named("", "pods", pods, "delete");
  const exec = named("", "pods/exec", pods, "get", "create");
  const lock = (command: string): RoleRule[] => [
    { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
    named("coordination.k8s.io", "leases", [`${name}-${command}`], "get", "update", "patch", "delete"),
  ];
  return {
    // kubectl forwards by a websocket (get) where both ends can, else by SPDY (create).
    look: [
      sequencer,
      named("", "pods", pods, "get"),
      named("", "pods/portforward", pods, "get", "create"),
      ...(several ? [named("apps", "deployments", [`${name}-proxy`], "get")] : []),
    ],
    services: [named("", "services", pods, "get")],
    sequencer,
    deletePods,
    lease,
    events,
    exec,
    scale: named("apps", "statefulsets/scale", [name], "patch"),
    claims: named(
      "",
      "persistentvolumeclaims",
      pods.map(pod => `data-${pod}`),
      "get",
    ),
    lock,
    drill: (ofLease = []) => [deletePods, exec, ...ofLease, ...lock("drill"), events],
  };
}
