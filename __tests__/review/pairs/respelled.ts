import type { Draft, Loose } from "./draft";

/** The same manifests in other words: everything that the API server takes for what was there. */
export function respell(draft: Draft): void {
  for (const object of draft.objects) {
    const spec = object.spec ?? {};
    if (/^(StatefulSet|Deployment|Job)$/.test(object.kind)) respellPod(spec.template.spec);
    if (object.kind === "StatefulSet") {
      spec.updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 0 }, ...spec.updateStrategy };
      spec.minReadySeconds ??= 0;
      for (const claim of spec.volumeClaimTemplates ?? []) {
        claim.spec = { volumeMode: "Filesystem", ...claim.spec, resources: respelled(claim.spec.resources) };
      }
    }
    if (object.kind === "Deployment") spec.progressDeadlineSeconds ??= 600;
    if (object.kind === "Service") {
      object.spec = { type: "ClusterIP", sessionAffinity: "None", internalTrafficPolicy: "Cluster", ...spec };
      spec.ports.reverse();
      for (const port of spec.ports) {
        port.protocol ??= "TCP";
        port.targetPort = String(port.targetPort ?? port.port);
      }
    }
    if (object.kind === "NetworkPolicy") {
      spec.policyTypes?.reverse();
      for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
        for (const list of [rule.from, rule.to, rule.ports]) list?.reverse();
        for (const port of rule.ports ?? []) port.protocol ??= "TCP";
      }
      spec.ingress?.reverse();
      spec.egress?.reverse();
    }
    if (object.kind === "Role") {
      object.rules.reverse();
      for (const rule of object.rules) rule.verbs.reverse();
    }
  }
  draft.objects.splice(0, draft.objects.length, ...draft.objects.map(backwards));
  for (const release of draft.releases) release.values = backwards(release.values);
}

function respellPod(pod: Loose): void {
  pod.dnsPolicy ??= "ClusterFirst";
  pod.schedulerName ??= "default-scheduler";
  pod.terminationGracePeriodSeconds ??= 30;
  pod.hostNetwork ??= false;
  pod.tolerations ??= [];
  for (const volume of pod.volumes ?? []) {
    for (const files of [volume.configMap, volume.secret, volume.projected]) if (files) files.defaultMode ??= 0o644;
  }
  for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
    container.terminationMessagePath ??= "/dev/termination-log";
    container.terminationMessagePolicy ??= "File";
    container.resources = respelled(container.resources);
    for (const port of container.ports ?? []) port.protocol ??= "TCP";
    for (const mount of container.volumeMounts ?? []) mount.readOnly ??= false;
    for (const { valueFrom } of container.env ?? []) if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ??= "v1";
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      if (!probe) continue;
      probe.successThreshold ??= 1;
      probe.timeoutSeconds ??= 1;
      if (probe.httpGet) probe.httpGet.scheme ??= "HTTP";
      const action = probe.httpGet ?? probe.tcpSocket;
      if (action) action.port = /^\d+$/.test(action.port) ? String(action.port) : action.port;
    }
  }
}

/** Quantities in the next smaller unit. */
function respelled(resources: Loose): Loose {
  const other = (quantity: string) => {
    const [, number, unit = ""] = /^([\d.]+)(\D*)$/.exec(quantity) ?? [];
    const smaller: Record<string, string> = { Ti: "Gi", Gi: "Mi", Mi: "Ki" };
    if (smaller[unit]) return `${Number(number) * 1024}${smaller[unit]}`;
    return unit === "m" ? String(Number(number) / 1000) : `${Number(number) * 1000}m`;
  };
  const all = (map: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(map).map(([name, quantity]) => [name, other(quantity)]));
  return { requests: all(resources.requests), ...(resources.limits && { limits: all(resources.limits) }) };
}

/** Maps with their keys in the opposite order. */
function backwards(value: Loose): Loose {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, backwards(each)]),
  );
}
