import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "../../manifests";
import { buildApp } from "../../stacks/app";
import { manifestsOf } from "../../testing";
import { loadEnvironments } from "../../values/load";
import { apply, deleteNamespaces } from "./kubectl";

const names = loadEnvironments({ dir: "values" }).map(({ name }) => name);
const namespaceOf = (environment: string) => `conformance-${environment}`;
const outdir = mkdtempSync(join(tmpdir(), "conformance-"));

afterAll(async () => {
  rmSync(outdir, { recursive: true });
  await deleteNamespaces(...names.map(namespaceOf));
}, 200_000);

interface WorkloadSpec {
  readonly template: { readonly metadata: object; readonly spec: { readonly volumes?: readonly object[] } };
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
}

/** A Pod as a workload's controller would make it: Pod Security is enforced on pods, not on templates. */
function podOf({ metadata, spec }: KubernetesObject): object {
  const { template, volumeClaimTemplates = [] } = spec as WorkloadSpec;
  const claims = volumeClaimTemplates.map(claim => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${metadata.name}-0` },
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template.metadata, name: `${metadata.name}-conformance`, namespace: metadata.namespace },
    spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] },
  };
}

test.each(names)(
  "the API server takes every object of %s and a Pod of every template, without a warning",
  async environment => {
    const set = [`p2p.namespace=${namespaceOf(environment)}`];
    const { stacks } = buildApp(loadEnvironments({ dir: "values", names: [environment], set }), { outdir });
    const objects = stacks.flatMap(stack => manifestsOf(stack).objects);
    const needed = objects.filter(({ kind }) => kind === "Namespace" || kind === "ServiceAccount");
    const pods = objects.filter(({ spec }) => spec && typeof spec === "object" && "template" in spec).map(podOf);
    expect(pods.length).toBeGreaterThan(1);

    for (const output of [await apply(needed), await apply(objects, "--dry-run=server"), await apply(pods, "--dry-run=server")]) {
      expect(output.stderr).toBe("");
    }
  },
  60_000,
);

test("a pod that Pod Security refuses is refused here", async () => {
  const namespace = namespaceOf(names[0] as string);
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "root", namespace },
    spec: { serviceAccountName: "boot", containers: [{ name: "c", image: "c:1" }] },
  };
  await expect(apply([pod], "--dry-run=server")).rejects.toThrow("violates PodSecurity");
}, 30_000);

test("a field that Kubernetes does not know is refused here", async () => {
  const metadata = { name: "unknown-field", namespace: namespaceOf(names[0] as string) };
  await expect(apply([{ apiVersion: "v1", kind: "ConfigMap", metadata, dta: {} }], "--dry-run=server")).rejects.toThrow(
    "unknown field",
  );
}, 30_000);
