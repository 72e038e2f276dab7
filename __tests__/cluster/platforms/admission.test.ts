import type { KubernetesObject } from "../../../manifests/objects";
import { PLATFORMS } from "../../stacks/platform/documented";
import { apply, deleteNamespaces, kubectl, until } from "../driver/kubectl";
import { hasPods, podOf } from "../driver/pod-of";
import { ADMISSIONS, CLASS, SANDBOX } from "./admissions";
import { documented, everyWorkload, idOf, lacking, namespaceOf, withClasses } from "./environments";
import { LABEL, policyOf } from "./policies";

/**
 * The API server takes what each platform of docs/platforms.md is given, under the admission that the platform is known
 * for. Nothing runs: all but namespaces, service accounts, classes and limits are server-side dry runs.
 */
jest.setTimeout(300_000);

const NAMES = PLATFORMS.map(([name]) => namespaceOf(name));
const CLASSES = [
  { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: CLASS }, value: 1 },
  {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name: CLASS },
    handler: "any",
    scheduling: SANDBOX,
  },
];

async function clean(): Promise<void> {
  for (const kind of ["validatingadmissionpolicybindings", "validatingadmissionpolicies"])
    await kubectl(["delete", kind, "--ignore-not-found", "--selector", LABEL]);
  await deleteNamespaces(...NAMES.flatMap(name => [name, `${name}-spire`]));
  await kubectl(["delete", "priorityclass", "--ignore-not-found", CLASS, ...NAMES]);
  await kubectl(["delete", "runtimeclass", "--ignore-not-found", CLASS]);
}

beforeAll(async () => {
  await clean();
  await apply(CLASSES);
});
afterAll(clean);

const dryRun = (objects: readonly object[]) => apply(objects, "--dry-run=server");

/** What the API server says when it refuses, and nothing when it takes all. */
const refusalOf = (objects: readonly object[]): Promise<string> =>
  dryRun(objects).then(
    () => "",
    error => String(error),
  );

/** The objects, with their namespaces under the platform's admission. */
const admitted = (platform: string, objects: readonly KubernetesObject[]): KubernetesObject[] =>
  objects.map(object => {
    if (object.kind !== "Namespace") return object;
    const labels = { ...object.metadata.labels, [LABEL]: idOf(platform) };
    return { ...object, metadata: { ...object.metadata, labels } };
  });

/** What pods are not admitted without. */
const NEEDED = ["Namespace", "PriorityClass", "ServiceAccount"];

/** Objects as a deploy brings them, and a Pod of every template. */
const whole = (objects: readonly KubernetesObject[]): object[] => [...objects, ...objects.filter(hasPods).map(podOf)];

/** A pod that has no more than Pod Security asks, or not even that. */
function barePod(namespace: string, runAsNonRoot: boolean, resources: object = {}) {
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "bare", namespace },
    spec: {
      securityContext: { runAsNonRoot, seccompProfile: { type: "RuntimeDefault" } },
      containers: [{ name: "main", image: "a:1", securityContext, resources }],
    },
  };
}

test("every platform has its admission", () => {
  expect(Object.keys(ADMISSIONS)).toEqual(PLATFORMS.map(([name]) => name));
});

describe.each(PLATFORMS)("%s", (platform, documentedText) => {
  const demands = ADMISSIONS[platform] ?? [];
  const namespace = namespaceOf(platform);
  const text = withClasses(documentedText);
  const own = admitted(platform, documented(platform, text));
  const every = admitted(platform, everyWorkload(platform, text));

  beforeAll(async () => {
    const policies = demands.flatMap(({ rule }, i) => (rule ? policyOf(idOf(platform), i, rule) : []));
    const limits = demands.flatMap(({ limit }, i) =>
      limit ? [{ apiVersion: "v1", ...limit, metadata: { name: `platform-${i}`, namespace } }] : [],
    );
    await apply([...policies, ...[...own, ...every].filter(({ kind }) => NEEDED.includes(kind)), ...limits]);
  });

  // The API server learns of policies and limits a moment after they are made.
  test.each(demands.map(demand => ({ ...demand, said: demand.refusal ?? demand.rule?.message ?? "" })))(
    "refuses what lacks it: $said",
    async ({ lacking: change, said }) => {
      const objects = change
        ? whole(admitted(platform, documented(platform, lacking(text, change))))
        : [barePod(namespace, true)];
      await until(said, 60, async () => (await refusalOf(objects)).includes(said));
    },
  );

  test("refuses a pod that may run as root", async () => {
    expect(await refusalOf([barePod(namespace, false, { limits: { memory: "1Gi" } })])).toContain(
      "violates PodSecurity",
    );
  });

  test("takes the documented environment, and every workload of the package with its words", async () => {
    expect((await dryRun(whole(own))).stderr).toBe("");
    expect((await dryRun(whole(every))).stderr).toBe("");
  });
});
