import { FailFastGate, NODE_IMAGE } from "../kubernetes/fail-fast-gate";
import { dependOn } from "../kubernetes/framework/depend";
import { NetworkPolicyV1, RoleBindingV1, RoleV1, ServiceAccountV1 } from "../kubernetes/framework/provider";
import type { JobV1 } from "../kubernetes/framework/provider-job";
import type { Construct } from "../kubernetes/framework/terraform";
import { imageProblem } from "../kubernetes/image";
import { mustBeKnown } from "../kubernetes/known";
import { MANAGED_BY } from "../kubernetes/labels";
import { type ApiServerAccess, toApiServer } from "../kubernetes/network/api-server";
import { policyOf } from "../kubernetes/network/policy";
import { POD_SECURITY } from "../kubernetes/pod-security";
import { type Problem, refuse } from "../kubernetes/problem";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";
import { SPIRE_DAEMON_SETS, SPIRE_READY } from "./names";
import type { SpireRelease } from "./spire";

/** What a `SpireReady` takes. */
export interface SpireReadyProps extends KubernetesScope {
  readonly release: SpireRelease;
  /** Namespace of the Job: SPIKE's, since SPIRE's own is privileged. */
  readonly namespace: string;
  /** Where the API server is, for its NetworkPolicy. @default - no policy */
  readonly access?: ApiServerAccess;
  /** A Node.js image. @default - a release of Node.js 22, by tag */
  readonly image?: string;
  /** Refuses an image that is named by tag. @default false */
  readonly requireDigest?: boolean;
}

/** What is wrong with the image of the wait. */
export function spireReadyProblems({ image = NODE_IMAGE, requireDigest = false }: Image): Problem[] {
  const fault = imageProblem(image, requireDigest);
  return fault ? [{ path: ["image"], ...fault }] : [];
}

type Image = Pick<SpireReadyProps, "image" | "requireDigest">;

/** An agent needs a few seconds. A host that is out of order must not stop SPIKE on the others. */
const SECONDS = 120;
/** Images and scheduling. */
const SLACK_SECONDS = 120;

/**
 * Waits until SPIRE's agents and CSI driver are ready on every host, two minutes at most. Helm counts a DaemonSet as
 * ready with one pod missing, and a keeper on that host would crash once for lack of an identity. What depends on it
 * starts after that in any case.
 *
 * Creates: Job, ServiceAccount, ConfigMap and NetworkPolicy `spire-ready`; Role and RoleBinding in SPIRE's namespace.
 */
export class SpireReady extends KubernetesConstruct {
  readonly gate: FailFastGate;
  readonly job: JobV1;

  constructor(scope: Construct, id: string, props: SpireReadyProps) {
    super(scope, id, props);
    mustBeKnown(`SpireReady ${id}`, props);
    refuse(`SpireReady ${id}`, spireReadyProblems(props));
    const { release, namespace, access, image } = props;
    const labels = { component: SPIRE_READY, ...MANAGED_BY };
    const metadata = { name: SPIRE_READY, namespace, labels };
    const account = new ServiceAccountV1(this, "ServiceAccount", { metadata, automountServiceAccountToken: false });
    const inSpire = { ...metadata, namespace: release.namespace };
    const role = new RoleV1(this, "Role", {
      metadata: inSpire,
      rule: [{ apiGroups: ["apps"], resources: ["daemonsets"], resourceNames: [...SPIRE_DAEMON_SETS], verbs: ["get"] }],
    });
    const binding = new RoleBindingV1(this, "RoleBinding", {
      metadata: inSpire,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: SPIRE_READY },
      subject: [{ kind: "ServiceAccount", name: SPIRE_READY, namespace }],
    });
    this.gate = new FailFastGate(this, "Gate", {
      namespace,
      name: SPIRE_READY,
      labels,
      targets: SPIRE_DAEMON_SETS.map(name => ({ name, url: `daemonset://${release.namespace}/${name}` })),
      attempts: SECONDS / 2,
      timeout: `${SECONDS}s`,
      remedy: `See the pods of namespace ${release.namespace}.`,
      goOn: true,
      image,
    });
    const { JobV1 } =
      require("../kubernetes/framework/provider-job") as typeof import("../kubernetes/framework/provider-job");
    const deadline = SECONDS + SLACK_SECONDS;
    this.job = new JobV1(this, "Job", {
      metadata,
      waitForCompletion: true,
      timeouts: { create: `${deadline + 60}s`, update: `${deadline + 60}s` },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: deadline,
        template: {
          metadata: { labels },
          spec: {
            restartPolicy: "Never",
            serviceAccountName: SPIRE_READY,
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            securityContext: POD_SECURITY,
            container: [this.gate.container],
            volume: [...this.gate.volumes],
          },
        },
      },
    });
    const policies = access
      ? [
          new NetworkPolicyV1(
            this,
            "NetworkPolicy",
            policyOf({
              namespace,
              name: SPIRE_READY,
              selector: { component: SPIRE_READY },
              ingress: [],
              egress: [toApiServer(access)],
            }),
          ),
        ]
      : [];
    dependOn([binding], [account, role]);
    dependOn([this.job], [binding, this.gate, release, ...policies]);
  }
}
