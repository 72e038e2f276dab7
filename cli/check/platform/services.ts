import type { Kubectl } from "../../kubernetes/kubectl";
import type { Check } from "../result";
import { holds, inNamespace, type LivePod, type LiveService, type LiveSlice } from "./live";
import { type LiveNamespace, listed } from "./namespace";
import { type Warning, warningOf } from "./warnings";

const SERVICE_NAME = "kubernetes.io/service-name";

/** Whether each Service of a namespace leads to pods, and has the address that was asked for. */
export async function serviceChecks(kubectl: Kubectl, namespace: LiveNamespace): Promise<Check[]> {
  const { name, pods, warnings } = namespace;
  const [services, slices] = await Promise.all([
    listed<LiveService>(kubectl, name, "services"),
    listed<LiveSlice>(kubectl, name, "endpointslices"),
  ]);
  if (services.length === 0) return [];
  const problems = services.flatMap(service => [
    ...endpointProblems(service, slices, pods),
    ...balancerProblems(service, warnings),
  ]);
  const well = `${services.length} with endpoints`;
  return [{ check: `services ${name}`, ok: problems.length === 0, detail: problems.join("\n") || well }];
}

function endpointProblems({ metadata, spec }: LiveService, slices: readonly LiveSlice[], pods: readonly LivePod[]) {
  const { selector } = spec;
  if (spec.type === "ExternalName" || !selector) return [];
  const own = slices.filter(slice => slice.metadata.labels?.[SERVICE_NAME] === metadata.name);
  const endpoints = own.flatMap(slice => slice.endpoints ?? []);
  if (endpoints.some(({ conditions }) => conditions?.ready !== false)) return [];
  const words = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  const selected = pods.filter(({ metadata: { labels } }) =>
    Object.entries(selector).every(([key, value]) => labels?.[key] === value),
  );
  const names = selected.filter(pod => !holds(pod, "Ready")).map(pod => pod.metadata.name);
  const why = names.length > 0 ? `${names.join(", ")} not ready` : `no pod has ${words.join(", ")}`;
  return [`${metadata.name} has no endpoint: ${why}`];
}

function balancerProblems({ metadata, spec, status }: LiveService, warnings: readonly Warning[]): string[] {
  if (spec.type !== "LoadBalancer") return [];
  const { name } = metadata;
  const given = status?.loadBalancer?.ingress ?? [];
  if (given.length === 0) {
    const said = warningOf(warnings, "Service", name)?.message;
    const where = `kubectl describe service ${name}${inNamespace(metadata)}`;
    return [`${name} got no address of a load balancer${said ? `: ${said}` : ` yet → ${where}`}`];
  }
  const asked = spec.loadBalancerIP;
  const got = given.flatMap(({ ip }) => ip ?? []);
  if (!asked || got.length === 0 || got.includes(asked)) return [];
  const remedy = `reserve ${asked} at the platform; some want an annotation for it (kubernetes.serviceAnnotations)`;
  return [`${name} got ${got.join(", ")}, and announces ${asked} → ${remedy}`];
}
