import {
  FORCE_ACKNOWLEDGEMENT,
  SpikeBootstrap,
  type SpikeBootstrapProps,
  SpikeIdentities,
  type SpikeIdentitiesProps,
  SpikeMonitoring,
  type SpikeMonitoringProps,
  SpikeNetworkPolicy,
  type SpikeNetworkPolicyProps,
  SpikeRelease,
  type SpikeReleaseProps,
  SpireReady,
  type SpireReadyProps,
  SpireRelease,
  type SpireReleaseProps,
} from "../../../constructs";
import { chartFiles } from "../../chart-files";
import { CIDRS, caseOf, ENDPOINTS, endpoints, LABELS, STORAGE, storage, text } from "./table";

const DIGEST = `sha256:${"a".repeat(64)}`;
const charts = chartFiles();
const digests = { keeper: "passes", nexus: "passes", pilot: "passes", bootstrap: "passes" } as const;
const release: SpikeReleaseProps = {
  namespace: "spike",
  trustDomain: "example.org",
  version: "0.8.2",
  keeperVersion: "0.8.1",
  digests: { keeper: DIGEST, nexus: DIGEST, pilot: DIGEST, bootstrap: DIGEST },
  requireDigest: false,
  keepers: 3,
  threshold: 2,
  backendStore: "sqlite",
  storage: STORAGE,
  clusterDomain: "cluster.local",
  chartVersion: "0.30.0",
  values: { global: "x" },
  timeout: "5m",
  protected: false,
  workloadApi: { csiDriver: "csi.spiffe.io", socket: "agent.sock" },
};

export const SPIKE = [
  caseOf<SpireReleaseProps>({
    name: "SpireRelease",
    table: {
      kubernetes: "made",
      namespace: "passes",
      trustDomain: "passes",
      clusterName: "passes",
      clusterDomain: "passes",
      chartVersion: "passes",
      chartFile: "known",
      crdsVersion: "passes",
      crdsFile: "known",
      values: { "*": "passes" },
      timeout: "known",
    },
    props: [
      {
        namespace: "spire",
        trustDomain: "example.org",
        clusterName: "a",
        clusterDomain: "cluster.local",
        chartVersion: "0.30.0",
        chartFile: charts.spire,
        crdsVersion: "0.6.0",
        crdsFile: charts.crds,
        values: { other: "x" },
        timeout: "5m",
      },
    ],
    make: (stack, props) => new SpireRelease(stack, "X", props),
    whole: ["values"],
  }),
  caseOf<SpireReadyProps>({
    name: "SpireReady",
    table: {
      kubernetes: "made",
      release: "made",
      namespace: "passes",
      access: { apiServer: ["passes"], apiServerPorts: ["known"] },
      image: "passes",
      requireDigest: "known",
    },
    props: [
      {
        release: undefined as never,
        namespace: "spike",
        access: { apiServer: ["10.0.0.5/32"], apiServerPorts: [6443] },
        image: "node:22.1.0",
        requireDigest: false,
      },
    ],
    make: (stack, props) =>
      new SpireReady(stack, "X", {
        ...props,
        release: new SpireRelease(stack, "Spire", {
          namespace: "spire",
          trustDomain: "example.org",
          clusterName: "a",
        }),
      }),
  }),
  caseOf<SpikeIdentitiesProps>({
    name: "SpikeIdentities",
    table: { kubernetes: "made", namespace: "passes", className: "passes" },
    props: [{ namespace: "spike", className: "spire-spire" }],
    make: (stack, props) => new SpikeIdentities(stack, "X", props),
  }),
  caseOf<SpikeReleaseProps>({
    name: "SpikeRelease",
    table: {
      kubernetes: "made",
      namespace: "passes",
      trustDomain: "passes",
      version: "known",
      keeperVersion: "known",
      digests,
      requireDigest: "known",
      keepers: "known",
      threshold: "known",
      backendStore: "known",
      storage,
      clusterDomain: "passes",
      chartVersion: "passes",
      chartFile: "known",
      values: { "*": "passes" },
      timeout: "known",
      protected: "known",
      workloadApi: { csiDriver: "passes", socket: "passes" },
    },
    props: [{ ...release, chartFile: charts.spire, values: { other: "x" } }],
    make: (stack, props) => new SpikeRelease(stack, "X", props),
    // As a token they hide what the bootstrap has to know; the error names that.
    sometimes: ["values"],
    // The bootstrap writes it.
    unused: ["digests.bootstrap"],
  }),
  caseOf<SpikeBootstrapProps>({
    name: "SpikeBootstrap",
    table: {
      kubernetes: "made",
      release: "made",
      image: "passes",
      keeperMaxRetries: "known",
      keeperTimeout: "known",
      svidTimeout: "known",
      verificationTimeout: "known",
      force: "known",
      gateImage: "passes",
      protected: "known",
    },
    props: [
      {
        release: undefined as never,
        image: "spike-bootstrap:1",
        keeperMaxRetries: 5,
        keeperTimeout: "30s",
        svidTimeout: "30s",
        verificationTimeout: "5m",
        force: FORCE_ACKNOWLEDGEMENT,
        gateImage: "node:22.1.0",
        protected: false,
      },
    ],
    make: (stack, props) =>
      new SpikeBootstrap(stack, "X", {
        ...props,
        release: new SpikeRelease(stack, "Release", { ...release, values: {} }),
      }),
  }),
  caseOf<SpikeNetworkPolicyProps>({
    name: "SpikeNetworkPolicy",
    table: {
      kubernetes: "made",
      namespace: "passes",
      protected: "known",
      access: { apiServer: ["passes"], apiServerPorts: ["known"], clients: endpoints },
    },
    props: [ENDPOINTS, CIDRS].map(clients => ({
      namespace: "spike",
      protected: false,
      access: { apiServer: ["10.0.0.5/32"], apiServerPorts: [6443], clients },
    })),
    make: (stack, props) => new SpikeNetworkPolicy(stack, "X", props),
  }),
  caseOf<SpikeMonitoringProps>({
    name: "SpikeMonitoring",
    table: {
      kubernetes: "made",
      spike: {
        namespace: "passes",
        keepers: [{ url: "passes", spiffeId: "passes" }],
        threshold: "known",
        backendStore: "known",
      },
      runbookBase: "passes",
      labels: text,
    },
    unused: ["spike.keepers"],
    props: [
      {
        spike: {
          namespace: "spike",
          keepers: [{ url: "https://keeper:8443", spiffeId: "spiffe://example.org/keeper" }],
          threshold: 2,
          backendStore: "sqlite",
        },
        runbookBase: "https://a",
        labels: LABELS,
      },
    ],
    make: (stack, props) => new SpikeMonitoring(stack, "X", props),
  }),
];
