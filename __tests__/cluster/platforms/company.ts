import { readFileSync } from "node:fs";
import { join } from "node:path";
import { anyNode } from "../driver/driver";
import { NODE_IMAGE } from "../driver/images";
import { apply, getJson, kubectl } from "../driver/kubectl";
import { Authority } from "./authority";
import { COMPANY, DEDICATED, GIVEN, SEQUENCER } from "./examples";

const HOST_PORT = 9443;
const PORTS = { https: 8443, bootnode: 8080, da: 7980 };
const WEBHOOK = "platforms-deployed-scc";
/** TLS in front of the bootstrap node of one environment, and of the DA of another. */
const FORWARD = [
  `${PORTS.bootnode}:boot.${DEDICATED.namespace}.svc:8080`,
  `${PORTS.da}:da.${SEQUENCER.namespace}-da.svc:7980`,
].join(" ");

/** Label of namespaces whose pods get the user and the group of an SCC. */
export const SCC = { "platforms.test/scc": "restricted-v2" };

/** Servers whose certificates a private CA signed, as in a company (`servers.mjs`). */
export class Company {
  private readonly authority = new Authority();
  /** What programs have to trust. */
  ca = "";

  async start(): Promise<void> {
    this.ca = await this.authority.certificate();
    const { status } = await getJson("node", anyNode);
    const address = (status.addresses as { type: string; address: string }[]).find(({ type }) => type === "InternalIP");
    const host = `company.${COMPANY}.svc`;
    const names = [`DNS:${host}`, `DNS:${host}.cluster.local`, `IP:${address?.address}`];
    const { key, certificate } = await this.authority.issue(names);
    await apply(servers({ "tls.key": key, "tls.crt": certificate }));
    await kubectl(["-n", COMPANY, "wait", "pod/company", "--for=condition=Ready", "--timeout=120s"]);
    await apply([webhook(`https://${address?.address}:${HOST_PORT}/scc`, this.ca)]);
  }

  /** The namespace is for who deletes all of them. */
  async stop(): Promise<void> {
    this.authority.forget();
    await removeWebhook();
  }
}

export async function removeWebhook(): Promise<void> {
  await kubectl(["delete", "mutatingwebhookconfiguration", "--ignore-not-found", WEBHOOK]);
}

function servers(tls: Readonly<Record<string, string>>): object[] {
  const of = { name: "company", namespace: COMPANY };
  const script = readFileSync(join(__dirname, "servers.mjs"), "utf8");
  const container = {
    name: "company",
    image: NODE_IMAGE,
    imagePullPolicy: "IfNotPresent",
    command: ["node", "/scripts/servers.mjs"],
    env: [{ name: "FORWARD", value: FORWARD }],
    // The API server reaches nodes, and not always Services.
    ports: [{ containerPort: PORTS.https, hostPort: HOST_PORT }],
    readinessProbe: { tcpSocket: { port: PORTS.https }, periodSeconds: 1 },
    volumeMounts: [
      { name: "scripts", mountPath: "/scripts" },
      { name: "tls", mountPath: "/tls" },
    ],
  };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: COMPANY } },
    { apiVersion: "v1", kind: "Secret", metadata: of, stringData: tls },
    { apiVersion: "v1", kind: "ConfigMap", metadata: of, data: { "servers.mjs": script } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: of,
      spec: {
        selector: { app: "company" },
        ports: Object.entries(PORTS).map(([name, port]) => ({ name, port })),
      },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...of, labels: { app: "company" } },
      spec: {
        nodeName: anyNode,
        terminationGracePeriodSeconds: 0,
        containers: [container],
        volumes: [
          { name: "scripts", configMap: { name: "company" } },
          { name: "tls", secret: { secretName: "company" } },
        ],
      },
    },
  ];
}

/** Pods of the labelled namespaces are not admitted without it. */
function webhook(url: string, ca: string): object {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: WEBHOOK },
    webhooks: [
      {
        name: "scc.platforms.test",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        clientConfig: { url, caBundle: Buffer.from(ca).toString("base64") },
        namespaceSelector: { matchLabels: SCC },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] }],
      },
    ],
  };
}

/** A namespace as its owner gives it to a team: with limits, and under an SCC. */
export function given(namespace: string): object[] {
  const labels = { ...SCC, "pod-security.kubernetes.io/enforce": "restricted" };
  const most = { cpu: "4", memory: "2Gi", "ephemeral-storage": "4Gi" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } },
    {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "team", namespace },
      spec: { limits: [{ type: "Container", max: most }] },
    },
    quota(namespace, "1"),
  ];
}

/** @param cpus what all containers of the namespace may use together */
export const quota = (namespace: string, cpus: string): object => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "team", namespace },
  spec: {
    hard: {
      "limits.cpu": cpus,
      "limits.memory": "16Gi",
      "requests.ephemeral-storage": "64Gi",
      "limits.ephemeral-storage": "64Gi",
    },
  },
});

/** The ConfigMap into which a platform writes the CAs to trust. */
export function trusted(namespace: string, ca: string): object {
  const { configMap: name, key } = GIVEN;
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { [key]: ca } };
}
