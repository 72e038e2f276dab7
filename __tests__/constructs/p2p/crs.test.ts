import { aztec, FullNode, type FullNodeProps } from "../../../constructs";
import { INTERNET } from "../../../constructs/kubernetes/network/internet";
import { warningsOf } from "../../../testing";
import { base, envOf, newStack, synth } from "../fixtures";

const full = (props: Partial<FullNodeProps> = {}) => synth(stack => new FullNode(stack, "Full", { ...base, ...props }));
const podOf = (props?: Partial<FullNodeProps>) => full(props).get("Deployment", "full").spec.template.spec;
const policyOf = (props?: Partial<FullNodeProps>) => full(props).get("NetworkPolicy", "full").spec.egress.slice(2);
const initEnv = (pod: { initContainers: { env: { name: string; value: string }[] }[] }) =>
  Object.fromEntries((pod.initContainers[0]?.env ?? []).map(({ name, value }) => [name, value]));

const FILES = "bn254_g1.dat g1.dat 128\nbn254_g2.dat g2.dat 128\ngrumpkin_g1.flat.dat grumpkin_g1.dat 4194368";

describe("the CRS of a node", () => {
  test("is loaded by the software, from the internet, onto its data volume", () => {
    expect(podOf()).not.toHaveProperty("initContainers");
    expect(envOf(full().get("Deployment", "full")).CRS_PATH).toBe("/data/crs");
    expect(policyOf()).toEqual([{ ports: [{ protocol: "TCP", port: 443 }], to: INTERNET }]);
  });

  test("comes from a mirror before the node starts, and from nowhere else", () => {
    const crs = { mirror: "http://mirror.tools.svc/crs" };
    expect(initEnv(podOf({ crs }))).toEqual({
      CRS_PATH: "/data/crs",
      CRS_FILES: FILES,
      CRS_MIRROR: "http://mirror.tools.svc/crs",
    });
    expect(full({ crs }).get("ConfigMap", "full-scripts").data).toHaveProperty(["prepare-crs.sh"]);
    expect(policyOf({ crs })).toEqual([
      {
        to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tools" } } }],
        ports: [{ protocol: "TCP", port: 80 }],
      },
    ]);
  });

  test.each(["aztec:5.2.0", "azteclabs/aztec:6.0.0"])(
    "has the names of the line of %s, and is never compressed",
    image => {
      const software = aztec({ image, l1WithoutDebug: true });
      expect(initEnv(podOf({ software, crs: { claim: "filled" } })).CRS_FILES).toBe(
        "bn254_g1.dat g1.dat 128\nbn254_g2.dat g2.dat 128\ngrumpkin_g1_v2.flat.dat grumpkin_g1_v2.dat 4194304",
      );
    },
  );

  test("is linked from a filled claim, which stays as it is, and no connection is opened", () => {
    const crs = { claim: "filled" };
    const pod = podOf({ crs });
    expect(initEnv(pod)).toMatchObject({ CRS_PATH: "/tmp/crs", CRS_SOURCE: "/crs", CRS_CLAIM: "filled" });
    expect(pod.volumes).toContainEqual({
      name: "crs",
      persistentVolumeClaim: { claimName: "filled", readOnly: true },
    });
    for (const { volumeMounts } of [pod.initContainers[0], pod.containers[0]]) {
      expect(volumeMounts).toContainEqual({ name: "crs", mountPath: "/crs", readOnly: true });
    }
    expect(envOf(full({ crs }).get("Deployment", "full")).CRS_PATH).toBe("/tmp/crs");
    expect(policyOf({ crs })).toEqual([]);
  });

  test("a mirror that may have a private address is warned of", () => {
    const warned = (props: Partial<FullNodeProps>) => {
      const stack = newStack();
      new FullNode(stack, "Full", { ...base, crs: { mirror: "http://crs.corp.internal" }, ...props });
      return warningsOf(stack);
    };
    expect(warned({})).toEqual([
      "crs.corp.internal may have a private address, which the NetworkPolicy denies: name its addresses in egress",
    ]);
    expect(warned({ networkAccess: { egress: [{ cidr: "10.1.2.3/32", ports: [80] }] } })).toEqual([]);
  });

  test.each<[string, Partial<FullNodeProps>, string]>([
    ["from a mirror that is no URL", { crs: { mirror: "ftp://mirror" } }, 'crs.mirror: "ftp://mirror" is not an http'],
    [
      "from a host without its namespace",
      { crs: { mirror: "http://mirror/crs" } },
      'crs.mirror: "http://mirror/crs" has',
    ],
    ["on a volume that is too small", { storage: { size: "4Mi" } }, "storage.size: 4Mi is less than the CRS that full"],
  ])("fails %s", (_, props, message) => {
    expect(() => full(props)).toThrow(message);
  });
});

test("what the software writes beside its data is in a folder that is limited, since the root is read-only", () => {
  const pod = podOf();
  expect(pod.containers[0].securityContext.readOnlyRootFilesystem).toBe(true);
  expect(pod.volumes).toContainEqual({ name: "tmp", emptyDir: { sizeLimit: "1Gi" } });
  expect(envOf(full().get("Deployment", "full"))).toMatchObject({
    HOME: "/tmp",
    BB_WORKING_DIRECTORY: "/tmp/bb",
    ACVM_WORKING_DIRECTORY: "/tmp/acvm",
  });
});
