import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "../../../manifests/objects";
import { certificateOf } from "../../agents/gate/spiffe-certificate";
import { cli } from "../driver/cli";
import { driver } from "../driver/driver";
import { apply, deleteNamespaces, getJson, kubectl, until } from "../driver/kubectl";
import { run } from "../driver/run";
import { manifestsFor } from "../driver/stack";
import { SPIKE, SPIKE_IMAGE, SPIKE_SET, TIMEOUT_SECONDS } from "./example";

/**
 * The bootstrap Job as the stack makes it, with stand-ins for what cannot be had here: keepers are TLS servers with the
 * right SPIFFE ids, the bootstrap image has upstream's log and exit codes, and the Workload API's volume, which needs
 * SPIRE's driver, is an empty one.
 */
jest.setTimeout(300_000);

const namespace = "spike-drill";
const dir = mkdtempSync(join(tmpdir(), "spike-"));
let objects: readonly KubernetesObject[];

beforeAll(async () => {
  await deleteNamespaces(namespace);
  await buildImage();
  writeFileSync(join(dir, "kubeconfig"), (await kubectl(["config", "view", "--raw", "--flatten"])).stdout, {
    mode: 0o600,
  });
  const { objects: all } = manifestsFor(SPIKE, SPIKE_SET);
  objects = all.filter(({ metadata }) => nameOf(metadata) === namespace);
  await apply(objects.filter(({ kind }) => kind === "Namespace"));
  await apply([...(await keepers(2)), ...objects.filter(({ kind }) => !["Namespace", "Job"].includes(kind))]);
  await kubectl(["-n", namespace, "rollout", "status", "statefulset/spike-keeper", "--timeout=120s"]);
});

afterAll(async () => {
  await deleteNamespaces(namespace);
  rmSync(dir, { recursive: true });
});

const nameOf = ({ namespace: of, name }: KubernetesObject["metadata"]) => of ?? name;

test("with keeper 3 missing the Job fails within its bound, and pod, log and check name it", async () => {
  const { pod, succeeded } = await bootstrap();
  expect(succeeded).toBe(false);
  const [{ state }] = pod.status.initContainerStatuses;
  const url = `https://spike-keeper-2.spike-keeper-headless.${namespace}.svc.cluster.local:8443`;
  const message =
    `Failed to reach keeper 3 at ${url} after 5 attempts (${TIMEOUT_SECONDS}s timeout). ` +
    "Ensure all keepers are running and rerun bootstrap.";
  expect(state.terminated).toMatchObject({ exitCode: 1, message });
  const seconds = (Date.parse(state.terminated.finishedAt) - Date.parse(state.terminated.startedAt)) / 1000;
  process.stderr.write(`  keeper 3 named after ${seconds} s of ${TIMEOUT_SECONDS} s\n`);
  expect(seconds).toBeLessThanOrEqual(TIMEOUT_SECONDS + 5);
  const { stdout: log } = await kubectl(["-n", namespace, "logs", "job/spike-bootstrap", "-c", "preflight"]);
  expect(log).toMatch(/keeper 1 \S+: attempt 1\/5: ok\n/);
  expect(log).toMatch(/keeper 2 \S+: attempt 1\/5: ok\n/);
  // The first packets of a new pod may be lost where policies are enforced, its first query with them.
  expect(log.match(/keeper 3 \S+: attempt [1-5]\/5: (DNS has no spike-keeper-2|no answer within)/g)).toHaveLength(5);
  expect(log).toMatch(/keeper 3 \S+: attempt 5\/5: DNS has no spike-keeper-2/);
  expect(log.trimEnd().endsWith(message)).toBe(true);
  const checked = await check();
  expect(checked).toContainEqual({
    check: "spike bootstrap",
    ok: false,
    detail: `${message}\nonce that is put right: rollup-network deploy drill`,
  });
  const { data } = await getJson("-n", namespace, "configmap", "spike-bootstrap-state");
  expect(data).toBeUndefined();
});

test("once the keeper is there, the next Job completes and notes it", async () => {
  await apply(await keepers(3));
  await kubectl(["-n", namespace, "rollout", "status", "statefulset/spike-keeper", "--timeout=120s"]);
  const { pod, succeeded } = await bootstrap();
  expect(succeeded).toBe(true);
  const { data } = await getJson("-n", namespace, "configmap", "spike-bootstrap-state");
  expect(data).toMatchObject({ "bootstrap-completed": "true", "completed-by-pod": pod.metadata.name });
  expect(await check()).toContainEqual({
    check: "spike bootstrap",
    ok: true,
    detail: `completed at ${data["completed-at"]} by pod ${pod.metadata.name}`,
  });
});

test("another Job leaves what is complete alone, even without keepers", async () => {
  const before = await getJson("-n", namespace, "configmap", "spike-bootstrap-state");
  await kubectl(["-n", namespace, "scale", "statefulset/spike-keeper", "--replicas=0"]);
  const { succeeded } = await bootstrap();
  expect(succeeded).toBe(true);
  const { stdout } = await kubectl(["-n", namespace, "logs", "job/spike-bootstrap", "-c", "preflight"]);
  expect(stdout).toMatch(
    /^ConfigMap spike-drill\/spike-bootstrap-state says bootstrap-completed .*: nothing to wait for\n$/,
  );
  const skipped = await kubectl(["-n", namespace, "logs", "job/spike-bootstrap", "-c", "bootstrap"]);
  expect(skipped.stdout).toContain("skipping bootstrap based on ConfigMap state");
  const after = await getJson("-n", namespace, "configmap", "spike-bootstrap-state");
  expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
});

test("a ConfigMap that it may not read stops it before anything is made", async () => {
  await kubectl(["-n", namespace, "delete", "rolebinding", "spike-bootstrap"]);
  const { pod, succeeded } = await bootstrap();
  expect(succeeded).toBe(false);
  const [{ state }] = pod.status.initContainerStatuses;
  expect(state.terminated.message).toContain(
    "this pod's ServiceAccount may not read ConfigMap spike-drill/spike-bootstrap-state. Nothing was changed",
  );
});

/** Runs the Job to its end, after the one before it is gone, as Terraform replaces it. */
async function bootstrap() {
  await kubectl([
    "-n",
    namespace,
    "delete",
    "job",
    "spike-bootstrap",
    "--ignore-not-found",
    "--wait",
    "--cascade=foreground",
  ]);
  await apply(objects.filter(({ kind }) => kind === "Job").map(withoutDriver));
  const conditions = await until("the Job has ended", 120, async () => {
    const { status } = await getJson("-n", namespace, "job", "spike-bootstrap");
    const ended = status.conditions?.filter(({ type }: { type: string }) => ["Complete", "Failed"].includes(type));
    return ended?.length > 0 && ended;
  });
  const { items } = await getJson("-n", namespace, "pods", "-l", "job-name=spike-bootstrap");
  expect(items).toHaveLength(1);
  return { pod: items[0], succeeded: conditions[0].type === "Complete" };
}

/** The Workload API's volume needs SPIRE's CSI driver on every node. */
function withoutDriver(job: KubernetesObject): KubernetesObject {
  const text = JSON.stringify(job).replace(/"csi":\{"driver":"csi\.spiffe\.io","readOnly":true\}/, '"emptyDir":{}');
  expect(text).not.toContain("csi.spiffe.io");
  return JSON.parse(text);
}

async function check(): Promise<unknown[]> {
  const { stdout } = await cli(
    ...["check", SPIKE.name, "--values", SPIKE.dir, "--json"],
    ...[...SPIKE_SET, `cluster.kubeconfig=${join(dir, "kubeconfig")}`].flatMap(value => ["--set", value]),
  );
  return JSON.parse(stdout).checks;
}

async function buildImage(): Promise<void> {
  const root = join(dir, "image");
  await run([join(__dirname, "..", "driver", "rootfs.sh"), root, "node"]);
  for (const file of ["bootstrap.mjs", "keeper.mjs"]) cpSync(join(__dirname, file), join(root, file));
  writeFileSync(join(root, "bootstrap"), '#!/bin/sh\nexec node /bootstrap.mjs "$@"\n');
  chmodSync(join(root, "bootstrap"), 0o755);
  await driver.image(SPIKE_IMAGE, root);
}

async function keepers(replicas: number): Promise<object[]> {
  const labels = { component: "spike-keeper" };
  const data: Record<string, string> = {};
  for (const i of [0, 1, 2]) {
    const { cert, key } = await certificateOf(`spiffe://example.org/spike/keeper/spike-keeper-${i}`);
    Object.assign(data, { [`spike-keeper-${i}.crt`]: cert, [`spike-keeper-${i}.key`]: key });
  }
  const securityContext = {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    runAsUser: 1000,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  };
  const container = {
    name: "keeper",
    image: SPIKE_IMAGE,
    command: ["node", "/keeper.mjs"],
    securityContext,
    readinessProbe: { tcpSocket: { port: 8443 }, periodSeconds: 1 },
    volumeMounts: [{ name: "keys", mountPath: "/keys" }],
  };
  const spec = { containers: [container], volumes: [{ name: "keys", secret: { secretName: "keeper-keys" } }] };
  return [
    { apiVersion: "v1", kind: "Secret", metadata: { name: "keeper-keys", namespace }, stringData: data },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "spike-keeper-headless", namespace },
      spec: { clusterIP: "None", selector: labels, ports: [{ port: 8443 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "spike-keeper", namespace },
      spec: {
        serviceName: "spike-keeper-headless",
        replicas,
        podManagementPolicy: "Parallel",
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, ...spec } },
      },
    },
  ];
}
