/*! The three requests to the Kubernetes API: read and patch one ConfigMap, create Events. */
import { readFile } from "node:fs/promises";
import type { PublishConfig } from "./config";
import { type HttpAnswer, type HttpRequest, request } from "./http";

export interface ConfigMap {
  readonly resourceVersion: string;
  readonly data: Record<string, string>;
}

export interface PodEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

export class Kube {
  constructor(
    private readonly config: PublishConfig,
    private readonly pod: string,
  ) {}

  async configMap(): Promise<ConfigMap> {
    const answer = await this.send(this.configMapPath, { method: "GET" });
    if (answer.status !== 200) throw this.refusal("get", answer);
    const { metadata, data } = JSON.parse(answer.text);
    return { resourceVersion: metadata.resourceVersion, data: data ?? {} };
  }

  /** Sets the pod's key, unless the ConfigMap changed since it was read: then it answers false. */
  async publish(enr: string, { resourceVersion }: ConfigMap): Promise<boolean> {
    const answer = await this.send(this.configMapPath, {
      method: "PATCH",
      headers: { "content-type": "application/merge-patch+json" },
      body: { metadata: { resourceVersion }, data: { [this.pod]: enr } },
    });
    if (answer.status === 409) return false;
    if (answer.status !== 200) throw this.refusal("patch", answer);
    return true;
  }

  async event({ type, reason, message }: PodEvent): Promise<void> {
    const { namespace, podUid } = this.config;
    const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const answer = await this.send(`/api/v1/namespaces/${namespace}/events`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: {
        apiVersion: "v1",
        kind: "Event",
        metadata: { generateName: `${this.pod}.`, namespace },
        involvedObject: { apiVersion: "v1", kind: "Pod", name: this.pod, namespace, uid: podUid },
        type,
        reason,
        message,
        count: 1,
        firstTimestamp: now,
        lastTimestamp: now,
        source: { component: "p2p-agent" },
        reportingComponent: "p2p-agent",
        reportingInstance: this.pod,
      },
    });
    if (answer.status === 403) {
      throw new Error(
        `may not create events in the namespace ${namespace}: give the pod's ServiceAccount a Role with create on events`,
      );
    }
    if (answer.status !== 201)
      throw new Error(`creating an event failed: http status ${answer.status}, ${answer.text.slice(0, 200)}`);
  }

  private get configMapPath(): string {
    return `/api/v1/namespaces/${this.config.namespace}/configmaps/${this.config.configMap}`;
  }

  /** The token is read for each request, because the kubelet replaces it about once an hour. */
  private async send(path: string, { headers, ...rest }: HttpRequest): Promise<HttpAnswer> {
    const { kubeUrl, tokenFile, caFile } = this.config;
    const token = (await credential(tokenFile)).trim();
    const ca = kubeUrl.protocol === "https:" ? await credential(caFile) : undefined;
    return request(new URL(path, kubeUrl), {
      ...rest,
      ca,
      headers: { accept: "application/json", authorization: `Bearer ${token}`, ...headers },
    });
  }

  private refusal(verb: "get" | "patch", { status, text }: HttpAnswer): Error {
    const { namespace, configMap } = this.config;
    const name = `configmap ${namespace}/${configMap}`;
    if (status === 403) {
      const role = `a Role with get and patch on configmaps, resourceNames ["${configMap}"]`;
      return new Error(`may not ${verb} the ${name}: give the pod's ServiceAccount ${role}`);
    }
    if (status === 404) {
      return new Error(
        `the ${name} does not exist: apply the stack that creates it, or kubectl -n ${namespace} create configmap ${configMap}`,
      );
    }
    if (status === 401) {
      return new Error(
        `the API server does not accept the token for the ${name}: check that the pod mounts its ServiceAccount's token`,
      );
    }
    return new Error(`cannot ${verb} the ${name}: http status ${status}, ${text.slice(0, 200)}`);
  }
}

function credential(file: string): Promise<string> {
  return readFile(file, "utf8").catch(error => {
    throw new Error(`cannot read ${file} (${error.code}): mount the ServiceAccount's token into the container`);
  });
}
