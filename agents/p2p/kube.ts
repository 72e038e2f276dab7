/*! The three requests to the Kubernetes API: read and patch one ConfigMap, create Events. */
import type { HttpAnswer } from "../lib/http";
import { KubeClient, type KubeEvent } from "../lib/kube";
import type { PublishConfig } from "./config";

export interface ConfigMap {
  readonly resourceVersion: string;
  readonly data: Record<string, string>;
}

export class Kube {
  private readonly client: KubeClient;

  constructor(
    private readonly config: PublishConfig,
    private readonly pod: string,
  ) {
    this.client = new KubeClient(config);
  }

  async configMap(): Promise<ConfigMap> {
    const answer = await this.client.send(this.configMapPath, { method: "GET" });
    if (answer.status !== 200) throw this.refusal("get", answer);
    const { metadata, data } = JSON.parse(answer.text);
    return { resourceVersion: metadata.resourceVersion, data: data ?? {} };
  }

  /** Sets the pod's key, unless the ConfigMap changed since it was read: then it answers false. */
  async publish(enr: string, { resourceVersion }: ConfigMap): Promise<boolean> {
    const answer = await this.client.send(this.configMapPath, {
      method: "PATCH",
      headers: { "content-type": "application/merge-patch+json" },
      body: { metadata: { resourceVersion }, data: { [this.pod]: enr } },
    });
    if (answer.status === 409) return false;
    if (answer.status !== 200) throw this.refusal("patch", answer);
    return true;
  }

  event(event: KubeEvent): Promise<void> {
    const { namespace, podUid: uid } = this.config;
    return this.client.event(
      { apiVersion: "v1", kind: "Pod", name: this.pod, namespace, uid },
      event,
      "p2p-agent",
      this.pod,
    );
  }

  private get configMapPath(): string {
    return `/api/v1/namespaces/${this.config.namespace}/configmaps/${this.config.configMap}`;
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
        `the ${name} does not exist: apply the stack that creates it, ` +
          `or kubectl -n ${namespace} create configmap ${configMap}`,
      );
    }
    if (status === 401) {
      return new Error(
        `the API server does not accept the token for the ${name}: ` +
          "check that the pod mounts its ServiceAccount's token",
      );
    }
    return new Error(`cannot ${verb} the ${name}: http status ${status}, ${text.slice(0, 200)}`);
  }
}
