import { type Duration, milliseconds } from "../kubernetes/duration";
import { Release } from "../kubernetes/framework/provider";
import type { Construct } from "../kubernetes/framework/terraform";
import { isToken, jsonText } from "../kubernetes/framework/tokens";
import { mustBeKnown } from "../kubernetes/known";
import { type Problem, refuse } from "../kubernetes/problem";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";
import { type Chart, type ChartProps, chartFileProblems, chartOf } from "./chart-file";
import { chartValues } from "./chart-values";

/** Releases of the charts `spire` and `spire-crds` that this package's values were checked with. */
export const SPIRE_CHART = "0.30.0";
export const SPIRE_CRDS_CHART = "0.6.0";

/** What a `SpireRelease` takes. */
export interface SpireReleaseProps extends KubernetesScope {
  /** Namespace of SPIRE itself: its agent and CSI driver use the host, so its Pod Security level is `privileged`. */
  readonly namespace: string;
  readonly trustDomain: string;
  /** Name of the cluster in SPIRE's node attestation. */
  readonly clusterName: string;
  /** @default "cluster.local" */
  readonly clusterDomain?: string;
  /** Release of the chart `spire`, exactly. @default - `SPIRE_CHART` */
  readonly chartVersion?: string;
  /** File with the chart `spire`, as `helm pull` writes it; relative to the working folder. @default - a repository */
  readonly chartFile?: string;
  /** Release of the chart `spire-crds`, exactly. @default - `SPIRE_CRDS_CHART` */
  readonly crdsVersion?: string;
  /** File with the chart `spire-crds`, as `chartFile`. @default - a repository */
  readonly crdsFile?: string;
  /** Values of the chart `spire` over those that are set here. @default {} */
  readonly values?: Readonly<Record<string, unknown>>;
  /** How long Terraform waits for each release. @default "10m" */
  readonly timeout?: Duration;
}

/** Label of a pod that wants an identity of its namespace and ServiceAccount: workloads that ask Nexus for secrets. */
export const SPIFFE_CLIENT_LABEL = { "spiffe.io/spiffe-id": "true" };

/** What every Helm release of SPIRE and SPIKE has in common. */
export const SPIFFE_RELEASE = {
  // The provider forgets a first install that failed, and Helm refuses its name from then on.
  upgradeInstall: true,
  maxHistory: 5,
};

/** What props call the release and the file of the charts. */
export const SPIRE_PROPS: ChartProps = { version: "chartVersion", file: "chartFile" };
const CRDS_PROPS: ChartProps = { version: "crdsVersion", file: "crdsFile" };

/** The chart `spire` that props name. */
export const spireChart = ({ chartVersion = SPIRE_CHART, chartFile }: Pick<SpireReleaseProps, ChartKey>): Chart => ({
  name: "spire",
  version: chartVersion,
  file: chartFile,
});
type ChartKey = "chartVersion" | "chartFile";

const crdsChart = ({ crdsVersion = SPIRE_CRDS_CHART, crdsFile }: SpireReleaseProps): Chart => ({
  name: "spire-crds",
  version: crdsVersion,
  file: crdsFile,
});

/**
 * SPIRE from its charts: custom resources, server with controller manager, agents and CSI driver. Its OIDC discovery
 * provider is off: SPIKE needs none. A pod has an identity only where it carries `SPIFFE_CLIENT_LABEL`, or where
 * another ClusterSPIFFEID of `className` selects it.
 *
 * Creates: Helm releases `spire-crds` and `spire`. What does not start is left as it is, for the message of its pod.
 */
export class SpireRelease extends KubernetesConstruct {
  readonly crds: Release;
  readonly release: Release;
  readonly namespace: string;
  /** Class of the ClusterSPIFFEIDs that its controller manager reads. */
  readonly className: string;

  constructor(scope: Construct, id: string, props: SpireReleaseProps) {
    super(scope, id, props);
    const { namespace, timeout = "10m" } = props;
    mustBeKnown(`SpireRelease ${id}`, props, { chartFile: true, crdsFile: true, timeout: true, values: false });
    refuse(`SPIRE in ${namespace}`, spireReleaseProblems(props));
    this.namespace = namespace;
    this.className = `${namespace}-spire`;
    const shared = { ...SPIFFE_RELEASE, namespace, timeout: milliseconds(timeout) / 1000 };
    this.crds = new Release(this, "Crds", {
      ...shared,
      ...chartOf(this, "CrdsChart", CRDS_PROPS, crdsChart(props)),
      name: "spire-crds",
    });
    this.release = new Release(this, "Resource", {
      ...shared,
      ...chartOf(this, "Chart", SPIRE_PROPS, spireChart(props)),
      name: "spire",
      values: [
        jsonText(spireValues(props, this.className)),
        ...chartValues(this, ["spire-server", "spire-agent", "spiffe-csi-driver"]),
        ...overrides(props.values),
      ],
      dependsOn: [this.crds],
    });
  }
}

/** What a release of SPIRE may not be; paths in the problems are paths in the props. */
export function spireReleaseProblems(props: SpireReleaseProps): Problem[] {
  const { trustDomain, chartVersion = SPIRE_CHART, crdsVersion = SPIRE_CRDS_CHART } = props;
  return [
    ...trustDomainProblems(trustDomain),
    ...chartVersionProblems({ chartVersion, crdsVersion }),
    ...chartFileProblems(SPIRE_PROPS, spireChart(props)),
    ...chartFileProblems(CRDS_PROPS, crdsChart(props)),
  ];
}

function spireValues(props: SpireReleaseProps, className: string) {
  const { trustDomain, clusterName, clusterDomain } = props;
  return {
    global: globalValues({ trustDomain, clusterName, clusterDomain }),
    "spire-server": {
      controllerManager: {
        className,
        // The chart's selects every pod of the cluster.
        identities: { clusterSPIFFEIDs: { default: { podSelector: { matchLabels: SPIFFE_CLIENT_LABEL } } } },
      },
    },
    "spiffe-oidc-discovery-provider": { enabled: false },
  };
}

/**
 * What every release of the chart has in common. Its recommendations are those on security alone: namespaces and
 * monitoring are not its business.
 */
export function globalValues(names: { trustDomain: string; clusterName?: string; clusterDomain?: string }) {
  const { trustDomain, clusterName, clusterDomain = "cluster.local" } = names;
  return {
    k8s: { clusterDomain },
    spire: {
      trustDomain,
      ...(clusterName && { clusterName }),
      recommendations: {
        enabled: true,
        namespaceLayout: false,
        namespacePSS: false,
        priorityClassName: false,
        strictMode: false,
        securityContexts: true,
        prometheus: false,
      },
    },
  };
}

/** Further values files: Helm merges the last one last. */
export function overrides(values: Readonly<Record<string, unknown>> | undefined): string[] {
  return values && Object.keys(values).length > 0 ? [jsonText(values)] : [];
}

export function trustDomainProblems(trustDomain: string): Problem[] {
  if (isToken(trustDomain)) return [];
  if (/^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/.test(trustDomain) && trustDomain.length <= 255) return [];
  const message = `"${trustDomain}" is no SPIFFE trust domain`;
  return [{ path: ["trustDomain"], message, remedy: "use lower-case letters, digits, dots, dashes and underscores" }];
}

/** A range would install another chart tomorrow. */
export function chartVersionProblems(versions: Readonly<Record<string, string>>): Problem[] {
  return Object.entries(versions).flatMap(([name, version]) => {
    if (isToken(version) || /^\d+\.\d+\.\d+$/.test(version)) return [];
    return [
      { path: [name], message: `"${version}" is not one release of the chart`, remedy: "pin it, such as 0.30.0" },
    ];
  });
}
