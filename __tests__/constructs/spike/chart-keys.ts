/**
 * Keys of the chart `spire` 0.30.0, its subcharts' included, as far as this package sets them; `*` is any key, and what
 * is below a list or a map of the user's choice is left out. Helm takes a key that no chart has without a word.
 */
export const SPIRE_CHART_KEYS: readonly string[] = [
  "global.k8s.clusterDomain",
  "global.installAndUpgradeHooks.enabled",
  "global.spire.trustDomain",
  "global.spire.clusterName",
  ...[
    "enabled",
    "namespaceLayout",
    "namespacePSS",
    "priorityClassName",
    "prometheus",
    "securityContexts",
    "strictMode",
  ].map(key => `global.spire.recommendations.${key}`),
  ...["spire-server", "spire-agent", "spiffe-csi-driver", "spiffe-oidc-discovery-provider"].map(
    part => `${part}.enabled`,
  ),
  "spire-server.controllerManager.className",
  "spire-server.controllerManager.identities.clusterSPIFFEIDs.default.podSelector.matchLabels.*",
  ...["spike-keeper", "spike-nexus", "spike-pilot"].flatMap(part => [
    `${part}.enabled`,
    `${part}.image.tag`,
    `${part}.logLevel`,
    `${part}.csiDriverName`,
    `${part}.agentSocketName`,
  ]),
  "spike-keeper.replicas",
  "spike-keeper.topologySpreadConstraints",
  ...["self", "nexus", "bootstrap"].map(root => `spike-keeper.trustRoot.${root}`),
  "spike-nexus.backendStore",
  "spike-nexus.keeperPeers",
  "spike-nexus.shamir.shares",
  "spike-nexus.shamir.threshold",
  "spike-nexus.startupProbe.enabled",
  "spike-nexus.startupProbe.periodSeconds",
  "spike-nexus.startupProbe.failureThreshold",
  "spike-nexus.persistence.type",
  "spike-nexus.persistence.size",
  "spike-nexus.persistence.storageClass",
  ...["self", "keeper", "pilot", "bootstrap"].map(root => `spike-nexus.trustRoot.${root}`),
  ...["nexus", "pilot"].map(root => `spike-pilot.trustRoot.${root}`),
];

/** Keys of the same chart by which the platform's block `kubernetes` reaches its parts. */
export const SPIRE_PLATFORM_KEYS: readonly string[] = [
  "global.imagePullSecrets",
  "global.spire.image.registry",
  "global.openshift",
  ...["spire-server", "spike-keeper", "spike-nexus", "spike-pilot"].flatMap(part =>
    ["runAsUser", "runAsGroup", "fsGroup", "fsGroupChangePolicy"].map(key => `${part}.podSecurityContext.${key}`),
  ),
  "spike-nexus.securityContext.runAsUser",
  ...["spire-server", "spire-agent", "spike-keeper", "spike-nexus", "spike-pilot"].map(
    part => `${part}.securityContext.seccompProfile.*`,
  ),
  ...["spire-server", "spire-agent", "spiffe-csi-driver"].flatMap(part => [
    `${part}.resources.*`,
    `${part}.initContainers`,
  ]),
  ...["spire-server", "spire-agent"].flatMap(part => [
    `${part}.extraVolumes`,
    `${part}.extraVolumeMounts`,
    `${part}.extraContainers`,
  ]),
  "spire-server.extraEnv",
  "spire-server.terminationGracePeriodSeconds",
  "spire-agent.extraEnvVars",
  "spire-agent.hostAliases",
  "spire-agent.dnsPolicy",
  "spiffe-csi-driver.extraEnvVars",
  "spiffe-csi-driver.nodeDriverRegistrar.extraEnvVars",
  "spike-keeper.startupProbe.periodSeconds",
  "spike-keeper.startupProbe.failureThreshold",
  ...[
    ...["", "controllerManager.", "tools.kubectl.", "tools.busybox."].map(image => `spire-server.${image}`),
    ...["", "hostCert.", "socketAlternate.", "fsGroupFix.", "tools.kubectl.", "tools.busybox."].map(
      image => `spire-agent.${image}`,
    ),
    ...["", "nodeDriverRegistrar.", "selinux."].map(image => `spiffe-csi-driver.${image}`),
    "spike-keeper.",
    ...["", "bootstrap."].map(image => `spike-nexus.${image}`),
    ...["", "shell.", "tools.busybox."].map(image => `spike-pilot.${image}`),
  ].map(part => `${part}image.pullPolicy`),
  ...["spire-server", "spire-agent", "spiffe-csi-driver", "spike-keeper", "spike-nexus", "spike-pilot"].flatMap(
    part => [`${part}.tolerations`, `${part}.serviceAccount.annotations.*`],
  ),
  ...["spire-server", "spike-keeper", "spike-nexus", "spike-pilot"].flatMap(part => [
    `${part}.nodeSelector.*`,
    `${part}.affinity.*`,
    `${part}.topologySpreadConstraints`,
  ]),
  ...["spire-server", "spire-agent", "spiffe-csi-driver"].flatMap(part => [
    `${part}.priorityClassName`,
    `${part}.podLabels.*`,
    `${part}.podAnnotations.*`,
  ]),
  ...["spire-server", "spike-keeper", "spike-nexus"].map(part => `${part}.service.annotations.*`),
];
