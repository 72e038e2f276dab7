import { type Duration, durationOf, milliseconds } from "../kubernetes/duration";
import { boundProblems, FailFastGate, NODE_IMAGE } from "../kubernetes/fail-fast-gate";
import { dependOn } from "../kubernetes/framework/depend";
import { ConfigMapV1, RoleBindingV1, RoleV1, ServiceAccountV1 } from "../kubernetes/framework/provider";
import type { JobV1 } from "../kubernetes/framework/provider-job";
import { Annotations, type Construct } from "../kubernetes/framework/terraform";
import { imageProblem } from "../kubernetes/image";
import { mustBeKnown, type Shape } from "../kubernetes/known";
import { MANAGED_BY } from "../kubernetes/labels";
import { CONTAINER_SECURITY, POD_SECURITY } from "../kubernetes/pod-security";
import { type Problem, refuse } from "../kubernetes/problem";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";
import { kubernetesOf } from "../kubernetes/vocabulary/scope";
import { SPIKE_BOOTSTRAP, SPIKE_COMPLETED, SPIKE_PREFLIGHT, SPIKE_RELEASES, SPIKE_STATE, spikeImage } from "./names";
import { failsFast, type SpikeKeeper, type SpikeRelease } from "./release";

/** What has to be said for a second root key: secrets that were encrypted with the first can never be read again. */
export const FORCE_ACKNOWLEDGEMENT = "every secret stored so far becomes unreadable";

/** What a `SpikeBootstrap` takes. */
export interface SpikeBootstrapProps extends KubernetesScope {
  /** The release whose keepers get the shares, with the store `sqlite`: no other one has a root key. */
  readonly release: SpikeRelease;
  /** Another image of the bootstrap. @default - upstream's, of the release's version and digest */
  readonly image?: string;
  /** Attempts per keeper, of the preflight and of the bootstrap itself. @default 5 - upstream's */
  readonly keeperMaxRetries?: number;
  /** For all attempts on a keeper. @default "30s" - upstream's */
  readonly keeperTimeout?: Duration;
  /** How long it waits for its identity. @default "30s" - upstream's */
  readonly svidTimeout?: Duration;
  /** How long Nexus may take to decrypt with the new key. @default "5m" - upstream's half hour hides failures */
  readonly verificationTimeout?: Duration;
  /** Make a new root key over one that is there; `FORCE_ACKNOWLEDGEMENT`, word by word. @default - never */
  readonly force?: string;
  /** A Node.js image for the preflight. @default - a release of Node.js 22, by tag */
  readonly gateImage?: string;
  /** Terraform refuses to destroy the record of the completion. @default false */
  readonly protected?: boolean;
}

/** What its deadlines and its rules are made from. */
const SHAPE: Shape<SpikeBootstrapProps> = {
  keeperTimeout: true,
  svidTimeout: true,
  verificationTimeout: true,
  force: true,
};

/** Images, scheduling and the API, in seconds. */
const SLACK_SECONDS = 120;

const VOLUME = "/spiffe-workload-api";

/**
 * SPIKE's day zero: makes the root key and gives every keeper its share, once. A preflight first tries all keepers in
 * parallel, so that a dead one is named within `keeperTimeout` and before any key exists. A Job that failed stays, with
 * its message; the next `terraform apply` replaces it. What is complete is left alone. Terraform makes it after the
 * release.
 *
 * Creates: Job, ServiceAccount, Role, RoleBinding and ConfigMap `spike-bootstrap` (the preflight's program), and
 * ConfigMap `spike-bootstrap-state`, which SPIKE fills in.
 *
 * @throws Error for what `spikeBootstrapProblems` finds
 */
export class SpikeBootstrap extends KubernetesConstruct {
  readonly gate: FailFastGate;
  readonly state: ConfigMapV1;
  readonly job: JobV1;
  /** When Kubernetes ends the Job, in seconds: after everything inside it had its time. */
  readonly deadlineSeconds: number;

  constructor(scope: Construct, id: string, props: SpikeBootstrapProps) {
    super(scope, id, { ...props, requireDigest: props.release.requireDigest });
    const { release } = props;
    const { namespace, keepers } = release;
    mustBeKnown(`SpikeBootstrap ${id}`, props, SHAPE);
    refuse(`SPIKE's bootstrap in ${namespace}`, spikeBootstrapProblems(props));
    const kubernetes = kubernetesOf(this);
    const bounds = boundsOf(props);
    const times = timesOf(bounds);
    const run = times.svid + keepers.length * times.keeper + times.verification;
    this.deadlineSeconds = Math.ceil((times.keeper + run) / 1000) + SLACK_SECONDS;
    const labels = { component: SPIKE_BOOTSTRAP, ...MANAGED_BY };
    const metadata = { name: SPIKE_BOOTSTRAP, namespace, labels };

    const account = new ServiceAccountV1(this, "ServiceAccount", { metadata, automountServiceAccountToken: false });
    this.state = new ConfigMapV1(this, "State", {
      metadata: { name: SPIKE_STATE, namespace },
      // SPIKE writes the whole object, without the labels and annotations that a platform asks for.
      lifecycle: {
        ignoreChanges: [
          "data",
          ...(kubernetes.labels ? ["metadata[0].labels"] : []),
          ...(kubernetes.annotations ? ["metadata[0].annotations"] : []),
        ],
        ...(props.protected && { preventDestroy: true }),
      },
    });
    const role = new RoleV1(this, "Role", {
      metadata,
      rule: [
        { apiGroups: [""], resources: ["configmaps"], resourceNames: [SPIKE_STATE], verbs: ["get", "update", "patch"] },
      ],
    });
    const binding = new RoleBindingV1(this, "RoleBinding", {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: SPIKE_BOOTSTRAP },
      subject: [{ kind: "ServiceAccount", name: SPIKE_BOOTSTRAP, namespace }],
    });
    this.gate = new FailFastGate(this, "Preflight", {
      namespace,
      name: SPIKE_BOOTSTRAP,
      labels,
      targets: keeperTargets(keepers),
      attempts: bounds.keeperMaxRetries,
      timeout: bounds.keeperTimeout,
      remedy: "Ensure all keepers are running and rerun bootstrap.",
      // Upstream goes on when it cannot read it, and makes another key.
      marker: { configMap: SPIKE_STATE, ...(!props.force && { key: SPIKE_COMPLETED }) },
      image: props.gateImage,
    });
    const { JobV1 } =
      require("../kubernetes/framework/provider-job") as typeof import("../kubernetes/framework/provider-job");
    this.job = new JobV1(this, "Job", {
      metadata,
      waitForCompletion: true,
      timeouts: { create: `${this.deadlineSeconds + 60}s`, update: `${this.deadlineSeconds + 60}s` },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: this.deadlineSeconds,
        template: {
          metadata: { labels },
          spec: {
            restartPolicy: "Never",
            // A little before the Job's own, at which Kubernetes deletes the pod and its log with it.
            activeDeadlineSeconds: this.deadlineSeconds - 30,
            serviceAccountName: SPIKE_BOOTSTRAP,
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            securityContext: POD_SECURITY,
            initContainer: [{ ...this.gate.container, name: SPIKE_PREFLIGHT }],
            container: [
              {
                name: "bootstrap",
                image: props.image ?? upstreamImage(release),
                imagePullPolicy: "IfNotPresent",
                command: ["/bootstrap", "-init"],
                env: Object.entries(environment(props, bounds, run)).map(([name, value]) => ({ name, value })),
                terminationMessagePolicy: "FallbackToLogsOnError",
                resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } },
                securityContext: CONTAINER_SECURITY,
                volumeMount: [{ name: "spiffe-workload-api", mountPath: VOLUME, readOnly: true }],
              },
            ],
            volume: [
              { name: "spiffe-workload-api", csi: { driver: release.workloadApi.csiDriver, readOnly: true } },
              ...this.gate.volumes,
            ],
          },
        },
      },
    });
    dependOn([binding], [account, role]);
    dependOn([this.job], [binding, this.state, this.gate, release]);
    if (!failsFast(release.version) && !props.image) {
      Annotations.of(this).addWarning(
        `SPIKE ${release.version} tries an unreachable keeper for ever once the preflight has passed ` +
          "(upstream #254): " +
          `the Job ends at its deadline of ${this.deadlineSeconds} s; name a later image`,
      );
    }
  }
}

const upstreamImage = ({ version, digests: { bootstrap: digest } }: SpikeRelease) =>
  `${spikeImage("bootstrap", version)}${digest ? `@${digest}` : ""}`;

type Bounds = ReturnType<typeof boundsOf>;

function boundsOf({
  keeperMaxRetries = 5,
  keeperTimeout = "30s",
  svidTimeout = "30s",
  verificationTimeout = "5m",
}: Omit<SpikeBootstrapProps, "release">) {
  return { keeperMaxRetries, keeperTimeout, svidTimeout, verificationTimeout };
}

/** Milliseconds of the times. */
function timesOf({ keeperTimeout, svidTimeout, verificationTimeout }: Bounds) {
  return {
    keeper: milliseconds(keeperTimeout),
    svid: milliseconds(svidTimeout),
    verification: milliseconds(verificationTimeout),
  };
}

const keeperTargets = (keepers: readonly SpikeKeeper[]) =>
  keepers.map((keeper, i) => ({ name: `keeper ${i + 1}`, ...keeper }));

/** Everything that SPIKE's bootstrap reads: a time without a unit, or 0, would silently be another. */
function environment(props: SpikeBootstrapProps, bounds: Bounds, runMs: number): Record<string, string> {
  const { trustDomain, keepers, threshold, nexusUrl, workloadApi } = props.release;
  const { keeperMaxRetries: attempts } = bounds;
  const times = timesOf(bounds);
  // Its waits double: so that the last attempt comes within half the timeout.
  const firstWait = Math.max(1, Math.floor(times.keeper / 2 / (2 ** (attempts - 1) - 1 || 1)));
  return {
    SPIFFE_ENDPOINT_SOCKET: `unix://${VOLUME}/${workloadApi.socket}`,
    SPIKE_NEXUS_KEEPER_PEERS: keepers.map(({ url }) => url).join(","),
    SPIKE_NEXUS_SHAMIR_SHARES: String(keepers.length),
    SPIKE_NEXUS_SHAMIR_THRESHOLD: String(threshold),
    SPIKE_NEXUS_API_URL: nexusUrl,
    SPIKE_BOOTSTRAP_KEEPER_TIMEOUT: durationOf(times.keeper),
    SPIKE_BOOTSTRAP_KEEPER_MAX_RETRIES: String(attempts),
    SPIKE_BOOTSTRAP_KEEPER_RETRY_INITIAL_INTERVAL: durationOf(firstWait),
    SPIKE_BOOTSTRAP_KEEPER_RETRY_MAX_INTERVAL: durationOf(times.keeper),
    SPIKE_BOOTSTRAP_INIT_VERIFICATION_TIMEOUT: durationOf(times.verification),
    SPIKE_BOOTSTRAP_TIMEOUT: durationOf(runMs + 30_000),
    SPIKE_BOOTSTRAP_FORCE: String(props.force !== undefined),
    SPIKE_BOOTSTRAP_CONFIGMAP_NAME: SPIKE_STATE,
    SPIKE_SPIFFE_SOURCE_TIMEOUT: durationOf(times.svid),
    SPIKE_SYSTEM_LOG_LEVEL: "INFO",
    ...Object.fromEntries(
      ["", "_NEXUS", "_KEEPER", "_BOOTSTRAP"].map(part => [`SPIKE_TRUST_ROOT${part}`, trustDomain]),
    ),
  };
}

/** The bootstrap with what it asks of its release. */
interface Bootstrap extends Omit<SpikeBootstrapProps, "release"> {
  readonly release: Pick<SpikeRelease, "backendStore" | "version" | "digests" | "requireDigest">;
}

/** What a bootstrap may not be, beyond what its release may not; paths in the problems are paths in the props. */
export function spikeBootstrapProblems(props: Bootstrap): Problem[] {
  const { release, image, gateImage, force } = props;
  const problems: Problem[] = boundProblems(boundsOf(props));
  if (release.backendStore !== "sqlite") {
    problems.push({
      path: ["release", "backendStore"],
      message: `${release.backendStore} is not bootstrapped: upstream's bootstrap skips itself there`,
      remedy: called => `${called("leave SpikeBootstrap out")}, or use sqlite`,
    });
  }
  for (const [name, text] of Object.entries({ image, gateImage: gateImage ?? NODE_IMAGE })) {
    const fault = text && imageProblem(text, release.requireDigest);
    if (fault) problems.push({ path: [name], ...fault });
  }
  if (!image && !release.digests.bootstrap && !SPIKE_RELEASES.includes(release.version)) {
    problems.push({
      path: ["image"],
      message: `no image of the bootstrap of SPIKE ${release.version} is known`,
      remedy: called => `name it, or give ${called("digests.bootstrap of the release")}`,
    });
  }
  if (release.requireDigest && !image && !release.digests.bootstrap) {
    problems.push({
      path: ["image"],
      message: "the image of the bootstrap is named by tag, but digests are required",
      remedy: called => `give ${called("digests.bootstrap of the release")}, or an image by digest`,
    });
  }
  if (force !== undefined && force !== FORCE_ACKNOWLEDGEMENT) {
    const message = "a new root key over one that is there loses data";
    problems.push({ path: ["force"], message, remedy: `say so: "${FORCE_ACKNOWLEDGEMENT}"` });
  }
  return problems;
}
