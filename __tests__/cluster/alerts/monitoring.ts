import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { driver, onNode } from "../driver/driver";
import { apply, deleteNamespaces, getJson, kubectl, until } from "../driver/kubectl";
import { run } from "../driver/run";
import { LABELS, MONITORING, STATE } from "./monitored";
import { KUBELET } from "./stand-in";

const OPERATOR_IMAGE = "localhost/prometheus-operator:0.87.1";
const PROMETHEUS_IMAGE = "localhost/prometheus:3.7.3";
/** With kube-state-metrics inside. */
export const STATE_IMAGE = "localhost/kube-state-metrics:2.15.0";
const BUILD = join(__dirname, "operator", "build.sh");
const PORT = 9090;

/** The Prometheus operator and a Prometheus that it runs, in a namespace of their own. */
export class Monitoring {
  private prometheus?: Place;
  private crds: readonly string[] = [];

  async start(): Promise<void> {
    const root = mkdtempSync(join(tmpdir(), "monitoring-"));
    try {
      const examples = join((await run(["sh", BUILD, root])).stdout.trim(), "example");
      await Promise.all([
        driver.image(OPERATOR_IMAGE, join(root, "operator")),
        driver.image(PROMETHEUS_IMAGE, join(root, "prometheus")),
        driver.image(STATE_IMAGE, join(root, "kube-state-metrics")),
        this.define(join(examples, "prometheus-operator-crd")),
      ]);
      await apply([...operator(join(examples, "rbac")), ...prometheus(join(examples, "rbac"))]);
    } finally {
      rmSync(root, { recursive: true });
    }
    await this.attach();
  }

  private async define(folder: string): Promise<void> {
    const definitions = readdirSync(folder).map(file => parse(readFileSync(join(folder, file), "utf8")));
    this.crds = definitions.map(({ metadata }) => metadata.name);
    await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: MONITORING } }, ...definitions]);
    await kubectl(["wait", "crd", "--for=condition=Established", "--timeout=60s", ...this.crds]);
  }

  async attach(): Promise<void> {
    this.prometheus = await until("Prometheus is ready", 180, async () => {
      const { spec, status } = await getJson("-n", MONITORING, "pod/prometheus-alerts-0");
      const ready = status.conditions.some(
        ({ type, status: state }: Record<string, string>) => type === "Ready" && state === "True",
      );
      return ready && { node: spec.nodeName, ip: status.podIP };
    });
  }

  /** Removes everything, what is in no namespace with it. */
  async stop(): Promise<void> {
    await deleteNamespaces(MONITORING);
    const crds = this.crds.map(name => `crd/${name}`);
    const roles = [
      ...["prometheus", "prometheus-operator"].map(name => `clusterrole/${name}`),
      ...["prometheus", "prometheus-operator", "kube-state-metrics"].map(name => `clusterrolebinding/${name}`),
    ];
    await kubectl(["delete", "--ignore-not-found", ...roles, ...crds]);
  }

  /** Where Prometheus runs. */
  get place(): Place {
    if (!this.prometheus) throw new Error("Prometheus was not started");
    return this.prometheus;
  }

  /** From the pod's own node, which reaches it as kubelet does. */
  api<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    // kubelet restarts a Prometheus that a busy machine keeps from answering.
    return until(`Prometheus answers ${path}`, 60, () => this.ask<T>(path, parameters));
  }

  private async ask<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const { node, ip } = this.place;
    const query = Object.entries(parameters).flatMap(([name, value]) => ["--data-urlencode", `${name}=${value}`]);
    const url = `http://${ip}:${PORT}/api/v1/${path}`;
    const { stdout } = await onNode(node, ["curl", "-sS", "--max-time", "20", "--get", ...query, url]);
    const { status, data, error } = JSON.parse(stdout);
    if (status !== "success") throw new Error(`${path} ${JSON.stringify(parameters)}: ${error}`);
    return data;
  }

  async query(expression: string): Promise<Sample[]> {
    return (await this.api<{ result: Sample[] }>("query", { query: expression })).result;
  }

  async range(expression: string, start: number, end: number, step: number): Promise<Line[]> {
    const parameters = { query: expression, start: `${start}`, end: `${end}`, step: `${step}` };
    return (await this.api<{ result: Line[] }>("query_range", parameters)).result;
  }
}

interface Place {
  readonly node: string;
  readonly ip: string;
}
type Labels = Readonly<Record<string, string>>;
export interface Sample {
  readonly metric: Labels;
  readonly value: readonly [time: number, value: string];
}
export interface Line {
  readonly metric: Labels;
  readonly values: readonly (readonly [time: number, value: string])[];
}

/** Objects of the operator's module, in our namespace. */
function examples(folder: string): Record<string, unknown>[] {
  return readdirSync(folder)
    .filter(file => !/service-monitor|-service\.yaml|^prometheus\.yaml/.test(file))
    .flatMap(file => parseAllDocuments(readFileSync(join(folder, file), "utf8")))
    .map(document =>
      JSON.parse(JSON.stringify(document).replaceAll('"namespace":"default"', `"namespace":"${MONITORING}"`)),
    )
    .map(object =>
      /^Cluster/.test(object.kind) ? object : { ...object, metadata: { ...object.metadata, namespace: MONITORING } },
    );
}

function operator(rbac: string): object[] {
  return examples(join(rbac, "prometheus-operator")).map(object => {
    if (object.kind !== "Deployment") return object;
    const deployment = structuredClone(object) as {
      spec: { template: { spec: { containers: Record<string, unknown>[] } } };
    };
    const [container] = deployment.spec.template.spec.containers;
    Object.assign(container as object, {
      image: OPERATOR_IMAGE,
      command: ["/bin/operator"],
      args: [`--prometheus-config-reloader=${OPERATOR_IMAGE}`],
    });
    return deployment;
  });
}

/** Prometheus as clusters have it: every namespace, by labels; what kubelet and
 * kube-state-metrics say, with the labels that it has. */
function prometheus(rbac: string): object[] {
  const selector = { matchLabels: LABELS };
  return [
    ...examples(join(rbac, "prometheus")),
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "more", namespace: MONITORING },
      stringData: {
        "scrape.yaml": JSON.stringify([keepingLabels("kubelet", KUBELET), keepingLabels("kube-state-metrics", STATE)]),
      },
    },
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "Prometheus",
      metadata: { name: "alerts", namespace: MONITORING },
      spec: {
        image: PROMETHEUS_IMAGE,
        version: "v3.7.3",
        replicas: 1,
        serviceAccountName: "prometheus",
        // The operator gives ten minutes, and a namespace that is deleted waits for half of them.
        terminationGracePeriodSeconds: 5,
        podMonitorSelector: selector,
        podMonitorNamespaceSelector: {},
        ruleSelector: selector,
        ruleNamespaceSelector: {},
        additionalScrapeConfigs: { name: "more", key: "scrape.yaml" },
        securityContext: { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001 },
        // The operator gives arguments alone, for an image that has an entrypoint.
        containers: [{ name: "prometheus", command: ["/bin/prometheus"] }],
      },
    },
  ];
}

const keepingLabels = (job: string, target: string) => ({
  job_name: job,
  scrape_interval: "5s",
  honor_labels: true,
  static_configs: [{ targets: [target] }],
});
