import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "../../../manifests/objects";
import { terraformOf } from "../../../testing";
import { loadEnvironments } from "../../../values/load/load";
import { buildApp } from "../../stacks/build-app";
import { cli } from "../driver/cli";
import { driver, exec } from "../driver/driver";
import { apply, deleteNamespaces, getJson, kubectl } from "../driver/kubectl";
import { run } from "../driver/run";
import { manifestsFor } from "../driver/stack";
import { REPEATED, REPEATED_IMAGE } from "./example";

/**
 * What a second deploy meets: a release whose pods never started, by the Helm CLI with the settings that Terraform's
 * provider gets, and what the API server makes of the manifests. The chart is the package's own, with a StatefulSet
 * named as the keepers' is; no part of SPIKE runs.
 */
jest.setTimeout(900_000);

const HELM = "helm.sh/helm/v3/cmd/helm@v3.19.0";
const namespace = "spike-repeat";
const spireNamespace = `${namespace}-spire`;
const dir = mkdtempSync(join(tmpdir(), "spike-repeat-"));
const kubeconfig = join(dir, "kubeconfig");
let helm: string;

beforeAll(async () => {
  await deleteNamespaces(namespace, spireNamespace);
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
    "rollup-network-tests",
    `helm-${HELM.slice(HELM.lastIndexOf("@") + 1)}`,
  );
  helm = join(folder, "helm");
  if (!existsSync(helm)) await run(["env", `GOBIN=${folder}`, "CGO_ENABLED=0", "go", "install", "-p", "2", HELM]);
  const root = join(dir, "image");
  await run([join(__dirname, "..", "driver", "rootfs.sh"), root, "node"]);
  await driver.image(REPEATED_IMAGE, root);
  writeFileSync(kubeconfig, (await kubectl(["config", "view", "--raw", "--flatten"])).stdout, { mode: 0o600 });
});

afterAll(async () => {
  await deleteNamespaces(namespace, spireNamespace);
  rmSync(dir, { recursive: true });
});

test("drift over a fresh apply is empty", async () => {
  const { objects } = manifestsFor(REPEATED, []);
  await apply(objects.filter(({ kind }) => kind === "Namespace"));
  const rest = objects.filter(({ kind }) => kind !== "Namespace").map(asTerraformWrites);
  const list = { apiVersion: "v1", kind: "List", items: rest };
  await kubectl(["create", "-f", "-"], JSON.stringify(list));
  expect(await drift()).toEqual({ ok: true, detail: "as in the manifests" });
  await kubectl(["-n", namespace, "delete", "networkpolicy", "spike-pilot"]);
  expect(await drift()).toEqual({
    ok: false,
    detail: `differ from the manifests: NetworkPolicy ${namespace}/spike-pilot`,
  });
});

test("a first install whose pods never start can be mended and repeated", async () => {
  const broken = release("registry.invalid/spike-keeper:0");
  await expect(install(["install"], broken)).rejects.toThrow(/context deadline exceeded|timed out/);
  // As without upgrade_install, once the provider has dropped the release from its state.
  await expect(install(["install"], broken)).rejects.toThrow("cannot re-use a name that is still in use");
  const pod = await getJson("-n", namespace, "pod", "spike-keeper-0");
  expect(pod.status.containerStatuses[0].state.waiting.reason).toMatch(/ErrImagePull|ImagePullBackOff/);

  const { stderr } = await install(settings(), release(REPEATED_IMAGE), "120s");
  expect(stderr).toContain(
    "spike-keeper-0 cannot start from the old template of its StatefulSet: " +
      "it was deleted, and the new template is used",
  );
  const { status } = await getJson("-n", namespace, "statefulset", "spike-keeper");
  expect(status.readyReplicas).toBe(2);
  const after = await getJson("-n", namespace, "pod", "spike-keeper-0");
  expect(after.metadata.uid).not.toBe(pod.metadata.uid);
});

/** The keepers' release as Terraform's provider gets it, in words of the Helm CLI. */
function settings(): string[] {
  const { stacks } = buildApp(loadEnvironments({ dir: REPEATED.dir, names: [REPEATED.name] }), { outdir: dir });
  const { resource } = terraformOf(stacks[0] as never) as { resource: { helm_release: Record<string, Settings> } };
  const found = Object.values(resource.helm_release).find(({ name }) => name === "spike-keeper");
  return [
    ...(found?.upgrade_install ? ["upgrade", "--install"] : ["install"]),
    ...(found?.atomic ? ["--atomic"] : []),
    ...(found?.cleanup_on_fail ? ["--cleanup-on-fail"] : []),
  ];
}

interface Settings {
  readonly name: string;
  readonly upgrade_install?: boolean;
  readonly atomic?: boolean;
  readonly cleanup_on_fail?: boolean;
}

/** Values of the package's chart: a StatefulSet that waits for one pod after the other, as that of the keepers. */
function release(image: string): string {
  const labels = { component: "spike-keeper" };
  const container = {
    name: "spike-keeper",
    image,
    command: ["sleep", "100000"],
    securityContext: {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      runAsUser: 1000,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
  const set = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "spike-keeper", namespace },
    spec: {
      serviceName: "spike-keeper",
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
    },
  };
  const file = join(dir, `${image.replace(/\W/g, "-")}.json`);
  writeFileSync(file, JSON.stringify({ objects: [set] }));
  return file;
}

/** As a deploy, which replaces pods that hold it up. */
function install(command: readonly string[], values: string, timeout = "15s") {
  const chart = join(__dirname, "..", "..", "..", "charts", "objects");
  const deploy = [process.execPath, "--require", "./tools/ts.cjs", join(__dirname, "deploy.ts"), kubeconfig];
  const where = ["spike-keeper", chart, "--namespace", namespace, "--values", values];
  return exec([...deploy, helm, ...command, ...where, "--wait", "--timeout", timeout]);
}

async function drift(): Promise<object> {
  const { stdout } = await cli(
    ...["check", REPEATED.name, "--values", REPEATED.dir, "--json", "--set", `cluster.kubeconfig=${kubeconfig}`],
  );
  const { check, ...row } = JSON.parse(stdout).checks.find(({ check }: { check: string }) => check.startsWith("drift"));
  return row;
}

/** Terraform's provider leaves out empty lists, sorts a Role's verbs in another order, and adds no annotations. */
function asTerraformWrites(object: KubernetesObject): object {
  const text = JSON.stringify(object, (key, value) => {
    if (Array.isArray(value) && value.length === 0) return undefined;
    return key === "verbs" ? [...value].reverse() : value;
  });
  return JSON.parse(text);
}
