/*! Requests to the Kubernetes API with the pod's own credentials. */
import { readFile } from "node:fs/promises";
import { type HttpAnswer, type HttpRequest, request } from "./http";

export interface KubeAccess {
  readonly kubeUrl: URL;
  readonly tokenFile: string;
  readonly caFile: string;
}

export interface KubeEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** What an Event is about. */
export interface Involved {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}

export class KubeClient {
  constructor(private readonly access: KubeAccess) {}

  /** The token is read for each request, because the kubelet replaces it about once an hour. */
  async send(path: string, { headers, ...rest }: Omit<HttpRequest, "ca">): Promise<HttpAnswer> {
    const { kubeUrl, tokenFile, caFile } = this.access;
    const token = (await credential(tokenFile)).trim();
    const ca = kubeUrl.protocol === "https:" ? await credential(caFile) : undefined;
    return request(new URL(path, kubeUrl), {
      ...rest,
      ca,
      headers: { accept: "application/json", authorization: `Bearer ${token}`, ...headers },
    });
  }

  async event(
    involvedObject: Involved,
    { type, reason, message }: KubeEvent,
    component: string,
    pod: string,
  ): Promise<void> {
    const { namespace, name } = involvedObject;
    const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const answer = await this.send(`/api/v1/namespaces/${namespace}/events`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: {
        apiVersion: "v1",
        kind: "Event",
        metadata: { generateName: `${name}.`, namespace },
        involvedObject,
        type,
        reason,
        message,
        count: 1,
        firstTimestamp: now,
        lastTimestamp: now,
        source: { component },
        reportingComponent: component,
        reportingInstance: pod,
      },
    });
    if (answer.status === 403) {
      throw new Error(
        `may not create events in the namespace ${namespace}: ` +
          "give the pod's ServiceAccount a Role with create on events",
      );
    }
    if (answer.status !== 201)
      throw new Error(`creating an event failed: http status ${answer.status}, ${answer.text.slice(0, 200)}`);
  }
}

function credential(file: string): Promise<string> {
  return readFile(file, "utf8").catch(error => {
    throw new Error(`cannot read ${file} (${error.code}): mount the ServiceAccount's token into the container`);
  });
}
