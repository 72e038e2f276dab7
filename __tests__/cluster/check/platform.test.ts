import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { cli } from "../driver/cli";
import { exec } from "../driver/driver";
import { apply, deleteNamespaces, kubectl, until } from "../driver/kubectl";

/**
 * What `check`, and a `deploy` that failed, say of pods and Services that a real cluster does not let be well. They are
 * made by hand in the namespace of an environment, of which nothing is deployed.
 */
jest.setTimeout(300_000);

const namespace = "check-platform";
const dir = mkdtempSync(join(tmpdir(), "check-platform-"));
const kubeconfig = join(dir, "kubeconfig");
const NODES = "chain: { l1ChainId: 1, network: devnet }, image: a/b:4.1.2, nodes: [{ name: full, announce: podIp }]";
const VALUES = `profile: dev\np2p: { namespace: ${namespace}, ${NODES} }\n`;

const labels = (name: string) => ({ app: name });

/** A pod of one container; a StatefulSet's would be told the same. */
function pod(name: string, container: object, spec: object = {}) {
  const busybox = {
    name: "main",
    image: "busybox:1.36",
    imagePullPolicy: "IfNotPresent",
    command: ["sleep", "100000"],
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: labels(name) },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ ...busybox, ...container }], ...spec },
  };
}

function service(name: string, spec: object = {}) {
  const ports = [{ port: 80 }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: labels(name), ports, ...spec },
  };
}

beforeAll(async () => {
  await deleteNamespaces(namespace);
  writeFileSync(kubeconfig, (await kubectl(["config", "view", "--raw", "--flatten"])).stdout, { mode: 0o600 });
  writeFileSync(join(dir, "platform.yaml"), `${VALUES}cluster: { kubeconfig: ${kubeconfig} }\n`);
  await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }]);
});

afterAll(async () => {
  await deleteNamespaces(namespace);
  rmSync(dir, { recursive: true });
});

interface Row {
  readonly ok: boolean;
  readonly detail: string;
}

/** Asks until the row has the text. */
function row(kind: "pods" | "services", text: string | RegExp): Promise<Row> {
  return until(`${kind} with ${text}`, 120, async () => {
    const { stdout } = await cli("check", "platform", "--values", dir, "--no-drift", "--json");
    const { checks } = JSON.parse(stdout) as { checks: (Row & { check: string })[] };
    const found = checks.find(({ check }) => check === `${kind} ${namespace}`);
    const has = typeof text === "string" ? found?.detail.includes(text) : text.test(found?.detail ?? "");
    return has && found;
  });
}

test.each<[string, object, string | RegExp]>([
  [
    "whose image cannot be pulled",
    pod("image", { image: "registry.invalid/team/node:1" }),
    /^image: main waits for image registry\.invalid\/team\/node:1: (ErrImagePull|ImagePullBackOff): no host reaches/m,
  ],
  [
    "that no host takes",
    pod("unschedulable", {}, { nodeSelector: { pool: "nowhere" } }),
    /^unschedulable: no host takes it: 0\/\d+ nodes are available: /m,
  ],
  [
    "that is killed for its memory",
    pod("greedy", { command: ["sh", "-c", "sleep 1; tail /dev/zero"], resources: { limits: { memory: "16Mi" } } }),
    /^greedy: main was killed for its memory \(OOMKilled\), its limit is 16Mi.* → raise the limit$/m,
  ],
  [
    "that ends again and again",
    pod("ends", { command: ["sh", "-c", "exit 3"] }),
    /^ends: main ended with 3.* → kubectl logs ends --container main.* --namespace check-platform$/m,
  ],
  [
    "whose Secret is missing",
    pod("secretless", { envFrom: [{ secretRef: { name: "none" } }] }),
    'secretless: main waits: CreateContainerConfigError: secret "none" not found',
  ],
  [
    "whose volume cannot be mounted",
    pod(
      "unmounted",
      { volumeMounts: [{ name: "keys", mountPath: "/keys" }] },
      { volumes: [{ name: "keys", secret: { secretName: "none" } }] },
    ),
    /^unmounted: does not start: FailedMount: .*secret "none" not found/m,
  ],
  [
    "whose probe says why",
    pod("standby", {
      readinessProbe: { periodSeconds: 1, exec: { command: ["sh", "-c", "echo standby: not yet; exit 1"] } },
    }),
    "standby: standby: not yet",
  ],
])("a pod %s is named with the reason", async (_, object, text) => {
  await apply([object]);
  expect((await row("pods", text)).ok).toBe(false);
});

test("a pod that was evicted is named with the words of its host", async () => {
  await apply([pod("evicted", {}, { nodeSelector: { pool: "nowhere" } })]);
  const message = "The node was low on resource: memory.";
  const patch = JSON.stringify({ status: { phase: "Failed", reason: "Evicted", message } });
  await kubectl(["-n", namespace, "patch", "pod", "evicted", "--subresource=status", "--type=merge", "-p", patch]);
  await row("pods", `evicted: was evicted: ${message} → once that is put right: kubectl delete pod evicted`);
});

test("pods that a quota refuses are named by what would make them", async () => {
  const quota = { hard: { pods: "0" }, scopes: ["BestEffort"] };
  await apply([{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "none", namespace }, spec: quota }]);
  const { metadata, ...template } = pod("refused", {});
  const set = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "refused", namespace },
    spec: {
      serviceName: "refused",
      selector: { matchLabels: metadata.labels },
      template: { metadata: { labels: metadata.labels }, spec: template.spec },
    },
  };
  await apply([set]);
  await row("pods", /^StatefulSet refused cannot make its pods: .*exceeded quota: none/m);
  await kubectl(["-n", namespace, "delete", "resourcequota", "none"]);
});

test("a Service without endpoints is named, and a load balancer without or with another address", async () => {
  const asked = { type: "LoadBalancer", loadBalancerIP: "203.0.113.7" };
  await apply([service("standby"), service("nobody"), service("balanced", asked)]);
  const { detail } = await row("services", "balanced got no address of a load balancer yet");
  expect(detail).toContain("standby has no endpoint: standby not ready");
  expect(detail).toContain("nobody has no endpoint: no pod has app=nobody");

  const give = (ip: string) => {
    const patch = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip }] } } });
    return kubectl([
      "-n",
      namespace,
      "patch",
      "service",
      "balanced",
      "--subresource=status",
      "--type=merge",
      "-p",
      patch,
    ]);
  };
  await give("198.51.100.9");
  await row("services", "balanced got 198.51.100.9, and announces 203.0.113.7 → reserve 203.0.113.7");
  await give("203.0.113.7");
  await until("the address is as announced", 60, async () => !(await row("services", "nobody")).detail.includes("got"));
});

test("a deploy that fails says the same, of pods that are gone too", async () => {
  const npx = join(dir, "npx");
  const gone = `kubectl --kubeconfig ${kubeconfig} -n ${namespace} delete pods --all --grace-period=0 --force >&2`;
  const deploy = async (script: string) => {
    writeFileSync(npx, `#!/bin/sh\n${script}\nexit 1\n`);
    chmodSync(npx, 0o755);
    const ours = [process.execPath, "--require", "./tools/ts.cjs", "./cli/main.ts"];
    const command = [...ours, "deploy", "platform"];
    const env = `PATH=${dir}${delimiter}${process.env.PATH}`;
    return (await exec(["env", env, "sh", "-c", '"$@" 2>&1; :', "sh", ...command, "--values", dir])).stdout;
  };
  expect(await deploy("")).toMatch(/not ready in namespace check-platform:\n(.*\n)*image: main waits for image/);
  await kubectl(["-n", namespace, "delete", "statefulset", "--all"]);
  expect(await deploy(gone)).toMatch(/not ready in namespace check-platform:\n(.*\n)*image, which is gone: /);
});
