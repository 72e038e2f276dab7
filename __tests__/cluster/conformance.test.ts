import { ALL } from "../stacks/platform/words";
import { everyStack } from "./driver/every-stack";
import { apply, deleteNamespaces, kubectl } from "./driver/kubectl";
import { hasPods, podOf } from "./driver/pod-of";
import { chartObjects, manifestsFor, type Stack } from "./driver/stack";

const namespaceOf = ({ name, section }: Stack) => `conformance-${name}-${section}`;
const spireOf = (namespace: string) => `${namespace}-spire`;
const [first] = everyStack.map(namespaceOf);

afterAll(async () => {
  await deleteNamespaces(...everyStack.map(namespaceOf).flatMap(namespace => [namespace, spireOf(namespace)]));
  await kubectl(["delete", "priorityclass", "--ignore-not-found", ...everyStack.map(namespaceOf)]);
  for (const { kind, metadata } of CLASSES) await kubectl(["delete", kind, "--ignore-not-found", metadata.name]);
}, 200_000);

/** What pods cannot be admitted without. */
const NEEDED = ["Namespace", "PriorityClass", "ServiceAccount"];

/** Every word of the block `kubernetes`, with classes that only these tests use. */
const PLATFORM = { ...ALL, priorityClassName: "conformance-platform", runtimeClassName: "conformance-platform" };
const CLASSES = [
  {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: PLATFORM.priorityClassName },
    value: 1,
  },
  { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name: PLATFORM.runtimeClassName }, handler: "any" },
];

beforeAll(async () => {
  await apply(CLASSES);
}, 30_000);

test.each(
  [false, true].flatMap(asked =>
    everyStack.map(each => ({ ...each, asked, as: asked ? "with every word" : "as it is" })),
  ),
)(
  "the API server takes every object of $dir/$name $section $as, and a Pod of every template, without a warning",
  async each => {
    const namespace = namespaceOf(each);
    const set = [`${each.section}.namespace=${namespace}`];
    if (each.asked) set.push(`kubernetes=${JSON.stringify(PLATFORM)}`);
    if (each.section === "spike") set.push(`spike.spire.namespace=${spireOf(namespace)}`);
    const manifests = manifestsFor(each, set);
    const { objects } = manifests;
    const needed = objects.filter(({ kind }) => NEEDED.includes(kind));
    const pods = objects.filter(hasPods).map(podOf);
    expect(pods.length).toBeGreaterThan(0);
    const leases = chartObjects(manifests).filter(({ kind }) => kind === "Lease");

    for (const output of [
      await apply(needed),
      await apply([...objects, ...leases], "--dry-run=server"),
      await apply(pods, "--dry-run=server"),
    ]) {
      expect(output.stderr).toBe("");
    }
  },
  60_000,
);

test("a pod that Pod Security refuses is refused here", async () => {
  const namespace = first;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "root", namespace },
    spec: { serviceAccountName: "boot", containers: [{ name: "c", image: "c:1" }] },
  };
  await expect(apply([pod], "--dry-run=server")).rejects.toThrow("violates PodSecurity");
}, 30_000);

test("a field that Kubernetes does not know is refused here", async () => {
  const metadata = { name: "unknown-field", namespace: first };
  await expect(apply([{ apiVersion: "v1", kind: "ConfigMap", metadata, dta: {} }], "--dry-run=server")).rejects.toThrow(
    "unknown field",
  );
}, 30_000);
