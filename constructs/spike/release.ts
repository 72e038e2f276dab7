import { type Duration, milliseconds } from "../kubernetes/duration";
import { Founding } from "../kubernetes/founding";
import { PodDisruptionBudgetV1, Release } from "../kubernetes/framework/provider";
import type { Construct } from "../kubernetes/framework/terraform";
import { isToken, jsonText } from "../kubernetes/framework/tokens";
import { digestProblems } from "../kubernetes/image";
import { mustBeKnown, type Shape } from "../kubernetes/known";
import { type Problem, refuse } from "../kubernetes/problem";
import { isBefore, parseVersion } from "../kubernetes/version";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";
import { chartFileProblems, chartOf } from "./chart-file";
import { chartValues } from "./chart-values";
import { SPIKE_KEEPER, SPIKE_NEXUS, SPIKE_RELEASES } from "./names";
import {
  chartVersionProblems,
  globalValues,
  overrides,
  SPIFFE_RELEASE,
  SPIRE_CHART,
  SPIRE_PROPS,
  spireChart,
  trustDomainProblems,
} from "./spire";

/** SPIKE's own images. */
export type SpikePart = "keeper" | "nexus" | "pilot" | "bootstrap";

/** What a `SpikeRelease` takes. */
export interface SpikeReleaseProps extends KubernetesScope {
  /** Namespace of SPIKE, where `SpikeIdentities` gives its parts their identities. */
  readonly namespace: string;
  readonly trustDomain: string;
  /** Release of SPIKE's images, such as `0.8.0`; before that one its bootstrap made another key for every keeper. */
  readonly version: string;
  /**
   * Release of the keepers, where it is another: an upgrade takes Nexus first, and the keepers in a later deploy.
   * Keepers that restart together with Nexus have lost the root key, which is in their memory alone. @default -
   * `version`
   */
  readonly keeperVersion?: string;
  /** Digests of the images, `sha256:…`. @default - by tag */
  readonly digests?: { readonly [part in SpikePart]?: string };
  /** Refuse images that are named by tag. @default false */
  readonly requireDigest?: boolean;
  /** Keepers, each with one share of the root key in memory. @default 3 - upstream's */
  readonly keepers?: number;
  /** How many shares make the root key. @default - the majority of the keepers */
  readonly threshold?: number;
  /** Where secrets live; `memory` loses them with the pod, and has no root key. @default "sqlite" */
  readonly backendStore?: SpikeBackend;
  /** Volume of Nexus. @default { size: "1Gi" } - upstream's */
  readonly storage?: { readonly size: string; readonly className?: string };
  /** @default "cluster.local" */
  readonly clusterDomain?: string;
  /** Where pods find the Workload API. @default - as SPIRE's charts have it */
  readonly workloadApi?: WorkloadApi;
  /** Release of the chart `spire`, exactly. @default - `SPIRE_CHART` */
  readonly chartVersion?: string;
  /** File with the chart `spire`, as `helm pull` writes it; relative to the working folder. @default - a repository */
  readonly chartFile?: string;
  /** Values of the chart `spire` over those that are set here, for both releases. @default {} */
  readonly values?: Readonly<Record<string, unknown>>;
  /** How long Terraform waits for the keepers. @default "5m" */
  readonly timeout?: Duration;
  /** Terraform refuses to destroy keepers and Nexus. @default false */
  readonly protected?: boolean;
}

/** Where Nexus keeps secrets. `memory` loses them with its pod. */
export type SpikeBackend = "sqlite" | "memory";

/** How SPIRE's CSI driver brings the Workload API into pods. */
export interface WorkloadApi {
  /** Name of the CSI driver. @default "csi.spiffe.io" */
  readonly csiDriver?: string;
  /** Name of the agent's socket in the driver's volume. @default "spire-agent.sock" */
  readonly socket?: string;
}

/** Where a keeper is, and what its certificate says. */
export interface SpikeKeeper {
  readonly url: string;
  readonly spiffeId: string;
}

/** What shares, Jobs and rules are made from. A release decides what SPIKE can do. */
const SPIKE_SHAPE: Shape<SpikeReleaseProps> = {
  version: true,
  keeperVersion: true,
  backendStore: true,
  chartFile: true,
  timeout: true,
  values: false,
};

/**
 * SPIKE from the chart `spire`, without the chart's own bootstrap: first the keepers, which Terraform waits for; then
 * Nexus and Pilot, which it does not, since Nexus is ready only after the bootstrap gave the keepers their shares.
 *
 * Creates: Helm releases `spike-keeper` and `spike`, PodDisruptionBudget `spike-keeper`. A keeper that does not start
 * is left as it is, for the message of its pod.
 */
export class SpikeRelease extends KubernetesConstruct {
  readonly namespace: string;
  readonly trustDomain: string;
  /** Release of SPIKE's images, but for keepers that have another. */
  readonly version: string;
  readonly digests: { readonly [part in SpikePart]?: string };
  readonly requireDigest: boolean;
  readonly keeperRelease: Release;
  readonly nexusRelease: Release;
  readonly podDisruptionBudget: PodDisruptionBudgetV1;
  /** In the order by which SPIKE numbers them, from 1. */
  readonly keepers: readonly SpikeKeeper[];
  readonly threshold: number;
  readonly backendStore: SpikeBackend;
  readonly workloadApi: Required<WorkloadApi>;
  /** Nexus inside the cluster. */
  readonly nexusUrl: string;

  constructor(scope: Construct, id: string, props: SpikeReleaseProps) {
    super(scope, id, props);
    mustBeKnown(`SpikeRelease ${id}`, props, SPIKE_SHAPE);
    const { namespace, trustDomain, keepers: count = 3, backendStore = "sqlite" } = props;
    this.threshold = props.threshold ?? Math.floor(count / 2) + 1;
    this.backendStore = backendStore;
    this.workloadApi = { csiDriver: "csi.spiffe.io", socket: "spire-agent.sock", ...props.workloadApi };
    this.namespace = namespace;
    this.trustDomain = trustDomain;
    this.version = props.version;
    this.digests = props.digests ?? {};
    this.requireDigest = props.requireDigest ?? false;
    refuse(`SPIKE in ${namespace}`, spikeReleaseProblems(props));
    const domain = `${namespace}.svc.${props.clusterDomain ?? "cluster.local"}`;
    this.nexusUrl = `https://${SPIKE_NEXUS}.${domain}:443`;
    this.keepers = Array.from({ length: count }, (_, i) => ({
      url: `https://${SPIKE_KEEPER}-${i}.${SPIKE_KEEPER}-headless.${domain}:8443`,
      spiffeId: `spiffe://${trustDomain}/spike/keeper/${SPIKE_KEEPER}-${i}`,
    }));

    const { precondition } = new Founding(this, "Founding", {
      what: `SPIKE in ${namespace}`,
      as: `${this.threshold} of ${count} keepers with ${backendStore} in ${trustDomain}`,
      why: "its shares, or its key, would be other ones. See docs/runbooks/spike-bootstrap.md.",
    });
    const lifecycle = { precondition: [precondition], ...(props.protected && { preventDestroy: true }) };
    const global = globalValues(props);
    const shared = {
      ...SPIFFE_RELEASE,
      ...chartOf(this, "Chart", SPIRE_PROPS, spireChart(props)),
      namespace,
      timeout: milliseconds(props.timeout ?? "5m") / 1000,
      lifecycle,
    };
    const more = overrides(props.values);
    this.keeperRelease = new Release(this, "Keepers", {
      ...shared,
      name: SPIKE_KEEPER,
      values: [
        jsonText({ ...NOTHING_ELSE, global, "spike-keeper": keeperValues(props, this) }),
        ...chartValues(this, ["spike-keeper"]),
        ...more,
      ],
    });
    const hooksOff = { ...global, installAndUpgradeHooks: { enabled: false } };
    const parts = {
      "spike-nexus": nexusValues(props, this),
      "spike-pilot": { ...common(props, this, "pilot"), trustRoot: roots(trustDomain, "nexus", "pilot") },
    };
    this.nexusRelease = new Release(this, "Nexus", {
      ...shared,
      name: "spike",
      wait: false,
      values: [
        jsonText({ ...NOTHING_ELSE, global: hooksOff, ...parts }),
        ...chartValues(this, ["spike-nexus", "spike-pilot"]),
        ...more,
      ],
      dependsOn: [this.keeperRelease],
    });
    this.podDisruptionBudget = new PodDisruptionBudgetV1(this, "DisruptionBudget", {
      metadata: { name: SPIKE_KEEPER, namespace },
      spec: { maxUnavailable: "1", selector: { matchLabels: { component: SPIKE_KEEPER } } },
    });
  }
}

/** The chart has SPIRE in it too, which `SpireRelease` installs. */
const NOTHING_ELSE = Object.fromEntries(
  ["spire-server", "spire-agent", "spiffe-csi-driver", "spiffe-oidc-discovery-provider"].map(part => [
    part,
    { enabled: false },
  ]),
);

const common = ({ version, keeperVersion }: SpikeReleaseProps, release: SpikeRelease, part: SpikePart) => ({
  enabled: true,
  image: { tag: release.digests[part] ?? (part === "keeper" ? (keeperVersion ?? version) : version) },
  // Its debug lines would drown the lines of the bootstrap's attempts.
  logLevel: "info",
  csiDriverName: release.workloadApi.csiDriver,
  agentSocketName: release.workloadApi.socket,
});

/** No root is derived from another: SPIKE's default is `spike.ist` for each. */
const roots = (trustDomain: string, ...of: string[]) => Object.fromEntries(of.map(part => [part, [trustDomain]]));

function keeperValues(props: SpikeReleaseProps, release: SpikeRelease) {
  const labelSelector = { matchLabels: { component: SPIKE_KEEPER } };
  return {
    ...common(props, release, "keeper"),
    replicas: release.keepers.length,
    trustRoot: roots(props.trustDomain, "self", "nexus", "bootstrap"),
    // Shares are in memory alone: hosts that are lost together take them along.
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
    ],
  };
}

function nexusValues(props: SpikeReleaseProps, release: SpikeRelease) {
  const { keepers, threshold, backendStore } = release;
  const { size = "1Gi", className } = props.storage ?? {};
  return {
    ...common(props, release, "nexus"),
    backendStore,
    shamir: { shares: keepers.length, threshold },
    keeperPeers: keepers.map(({ url }) => url),
    trustRoot: roots(props.trustDomain, "self", "keeper", "pilot", "bootstrap"),
    // Twenty minutes instead of one: up to 0.8.0 it does not listen before it has shares, which the bootstrap brings.
    startupProbe: { enabled: true, periodSeconds: 10, failureThreshold: 120 },
    persistence: { type: "pvc", size, ...(className && { storageClass: className }) },
  };
}

/** What a release may not be; paths in the problems are paths in the props. */
export function spikeReleaseProblems(props: SpikeReleaseProps): Problem[] {
  const { keepers = 3, threshold, chartVersion = SPIRE_CHART } = props;
  const problems = [...trustDomainProblems(props.trustDomain), ...chartVersionProblems({ chartVersion })];
  problems.push(...chartFileProblems(SPIRE_PROPS, spireChart(props)));
  if (!Number.isInteger(keepers) || keepers < 3) {
    const message = `${keepers} keepers: the loss of one would take the root key, or the majority`;
    problems.push({ path: ["keepers"], message, remedy: "use 3 or more" });
  }
  problems.push(...thresholdProblems(threshold, keepers), ...versionProblems("version", props.version));
  if (props.keeperVersion !== undefined) problems.push(...versionProblems("keeperVersion", props.keeperVersion));
  problems.push(...classProblems(props), ...imageProblems(props), ...overrideProblems(props.values ?? {}));
  for (const part of ["keeper", "nexus", "pilot", "bootstrap"] as const) {
    const digest = props.digests?.[part];
    if (digest === undefined) {
      if (!props.requireDigest || part === "bootstrap") continue; // the image may be another
      const message = `the image of ${part} is named by tag, but digests are required`;
      problems.push({ path: ["digests", part], message, remedy: "give its digest, sha256:…" });
    } else problems.push(...digestProblems(["digests", part], digest));
  }
  return problems;
}

/** Values that the Job and the preflight know from the props: set in the chart alone, they would contradict them. */
const TYPED: readonly (readonly [path: string, instead: string])[] = [
  ["spike-keeper.replicas", "keepers"],
  ["spike-nexus.shamir", "keepers and threshold"],
  ["spike-nexus.keeperPeers", "keepers"],
  ["spike-nexus.backendStore", "backendStore"],
  ["spike-nexus.installAndUpgradeHook", "the bootstrap of this package"],
  ["global.installAndUpgradeHooks", "the bootstrap of this package"],
  ["global.spire.trustDomain", "trustDomain"],
];

function overrideProblems(values: Readonly<Record<string, unknown>>): Problem[] {
  // A token in place of a section could hold any of them.
  const at = (path: string) =>
    path.split(".").reduce<unknown>((value, key) => (isToken(value) ? value : Object(value)[key]), values);
  return TYPED.filter(([path]) => at(path) !== undefined).map(([path, instead]) => ({
    path: ["values", ...path.split(".")],
    message: isToken(at(path)) ? "must be known at synthesis, and is a token" : "the bootstrap would not know of it",
    remedy: `use ${instead}`,
  }));
}

function thresholdProblems(threshold: number | undefined, shares: number): Problem[] {
  if (threshold === undefined || (Number.isInteger(threshold) && threshold >= 1 && threshold <= shares)) return [];
  const message = `${threshold} of ${shares} shares make no root key`;
  return [{ path: ["threshold"], message, remedy: `use a whole number from 1 to ${shares}, or leave it out` }];
}

/** The first release whose bootstrap gives all keepers shares of one key. */
const SAFE = [0, 8, 0];
/** The last release whose bootstrap tries an unreachable keeper for ever, whatever it is told. */
const BLOCKING = [0, 8, 0];

function versionProblems(name: string, version: string): Problem[] {
  const path = [name];
  const parsed = version.startsWith("v") ? undefined : parseVersion(version); // images are tagged without it
  if (!parsed) return [{ path, message: `"${version}" is not a release of SPIKE`, remedy: "use one such as 0.8.0" }];
  if (!isBefore(parsed, SAFE)) return [];
  const message = `${version} is before 0.8.0, whose bootstrap was the first to give all keepers shares of one key`;
  return [{ path, message, remedy: "use 0.8.0 or later" }];
}

/** A StorageClass that is named twice, differently. */
function classProblems({ storage, values }: SpikeReleaseProps): Problem[] {
  const inChart = Object(Object(values?.["spike-nexus"]).persistence).storageClass;
  if (!storage?.className || inChart === undefined || inChart === storage.className) return [];
  const message = `"${storage.className}", and values.spike-nexus.persistence.storageClass is "${inChart}"`;
  return [{ path: ["storage", "className"], message, remedy: "name it here alone" }];
}

/** Images that upstream never pushed under the release's name, and that nothing else names. */
function imageProblems({ version, keeperVersion, digests, values }: SpikeReleaseProps): Problem[] {
  const named = (part: SpikePart) => Boolean(digests?.[part] || Object(values?.[`spike-${part}`]).image);
  const ofKeepers = keeperVersion ?? version;
  const releases = { keeper: ofKeepers, nexus: version, pilot: version };
  const isUnknown = (release: string) =>
    versionProblems("version", release).length === 0 && !SPIKE_RELEASES.includes(release);
  const unknown = (["keeper", "nexus", "pilot"] as const).filter(part => isUnknown(releases[part]) && !named(part));
  const [first] = unknown;
  if (!first) return [];
  const path = [first === "keeper" && keeperVersion !== undefined ? "keeperVersion" : "version"];
  const message = `no images of SPIKE ${releases[first]} are known`;
  const remedy = `use ${SPIKE_RELEASES.join(" or ")}, or name those of ${unknown.join(", ")} by digests or in values`;
  return [{ path, message, remedy }];
}

/**
 * Whether an image ends on an unreachable keeper when `SPIKE_BOOTSTRAP_KEEPER_MAX_RETRIES` and `_TIMEOUT` say so
 * (upstream #254).
 */
export function failsFast(version: string): boolean {
  const parsed = parseVersion(version);
  return parsed !== undefined && isBefore(BLOCKING, parsed);
}
