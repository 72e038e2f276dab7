import { join } from "node:path";
import type { KubernetesObject } from "../../../manifests/objects";
import { PLATFORMS } from "../../stacks/platform/documented";
import { ApiServer } from "../apiserver/server";
import { apply } from "../driver/kubectl";
import { hasPods, podOf } from "../driver/pod-of";
import { documented, everyWorkload, lacking } from "./environments";

/**
 * An API server whose first family of Services is IPv6 takes the documented environment, and every workload with its
 * words. Nothing runs.
 */
jest.setTimeout(300_000);

const server = new ApiServer("fd00:10:96::/112,10.96.0.0/16", "2001:db8::1");
delete process.env.KIND_CLUSTER;
process.env.CLUSTER = join(__dirname, "..", "apiserver", "exec.sh");
process.env.KUBECONFIG = server.kubeconfig;

const PLATFORM = "IPv6 first";
const [, text = ""] = PLATFORMS.find(([name]) => name === PLATFORM) ?? [];

beforeAll(() => server.start(), 900_000);
afterAll(() => server.stop());

/** What pods are not admitted without. */
const NEEDED = ["Namespace", "PriorityClass", "ServiceAccount"];

interface Service {
  readonly spec: {
    readonly clusterIP: string;
    readonly ipFamilies: readonly string[];
    readonly ipFamilyPolicy: string;
  };
}

/** The Services of an environment as the API server would make them; it has taken everything else too. */
async function servicesOf(objects: readonly KubernetesObject[]): Promise<Service["spec"][]> {
  await apply(objects.filter(({ kind }) => NEEDED.includes(kind)));
  const taken = await apply([...objects, ...objects.filter(hasPods).map(podOf)], "--dry-run=server", "-o", "json");
  expect(taken.stderr).toBe("");
  const { items } = JSON.parse(taken.stdout) as { items: (Service & { kind: string })[] };
  const specs = items.filter(({ kind }) => kind === "Service").map(({ spec }) => spec);
  expect(specs.length).toBeGreaterThan(1);
  return specs;
}

/** Addresses that Services have, where they have one. */
const addressesOf = (services: readonly Service["spec"][]) =>
  services.flatMap(({ clusterIP }) => (clusterIP === "None" ? [] : [clusterIP]));

test.each([
  ["the documented environment", () => documented(PLATFORM, text)],
  ["every workload of the package", () => everyWorkload(PLATFORM, text)],
])("%s has Services with IPv4 alone", async (_, objects) => {
  const services = await servicesOf(objects());
  for (const spec of services) expect(spec).toMatchObject({ ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" });
  for (const address of addressesOf(services)) expect(address).toMatch(/^10\.96\./);
});

test("without the word, a node's Service has IPv6, which it cannot announce", async () => {
  const services = await servicesOf(documented(PLATFORM, lacking(text, "kubernetes.ipFamily")));
  for (const { ipFamilies } of services) expect(ipFamilies[0]).toBe("IPv6");
  for (const address of addressesOf(services)) expect(address).toMatch(/^fd00:10:96::/);
});
