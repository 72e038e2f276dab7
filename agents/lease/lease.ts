/*!
 * The Lease as the agent sees it, and its two requests. A write names the version it was decided on, and fails on any
 * other.
 */
import { HANDOFF_TO, INSTANCE, LAST_HEIGHT, LAST_SEQUENCER, PAUSED } from "../../constructs/sequencer/lease/protocol";
import { HttpError } from "../lib/http";
import type { Involved, KubeClient } from "../lib/kube";
import type { Config } from "./config";

export interface Lease {
  readonly version: string;
  readonly uid: string;
  /** Empty when nobody holds it. */
  readonly holder: string;
  readonly instance?: string;
  readonly durationMs: number;
  /** Raised at every acquisition: the fencing token. */
  readonly token: number;
  /** Whether it was held at any time. */
  readonly used: boolean;
  readonly paused: boolean;
  readonly handoffTo?: string;
  readonly lastSequencer?: string;
  /** The newest block of a pod that gave it back: there is no lower head. */
  readonly lastHeight?: number;
}

export interface Change {
  readonly holder: string;
  readonly token: number;
  /** Set on acquisition; it ends a handoff. */
  readonly instance?: string;
  /** Removes a handoff that cannot be followed. */
  readonly endHandoff?: boolean;
  /** The holder makes blocks. */
  readonly sequences?: boolean;
  /** Of a holder that gives it back; what was known before stays where it is not known. */
  readonly lastHeight?: number;
}

export type Reason =
  | "conflict"
  | "timeout"
  | "connection"
  | "unauthorized"
  | "forbidden"
  | "missing"
  | "gone"
  | "throttled"
  | "server"
  | "other";

export class LeaseError extends Error {
  constructor(
    message: string,
    readonly reason: Reason,
    /** What the server asks to wait, ms. */
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

export interface LeaseStore {
  read(): Promise<Lease>;
  /** The Lease after the change; rejects with reason `conflict` when it is another than the one decided on. */
  write(lease: Lease, change: Change): Promise<Lease>;
}

const REASONS: Readonly<Record<number, Reason>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "missing",
  409: "conflict",
  410: "gone",
  429: "throttled",
};

export class KubeLease implements LeaseStore {
  constructor(
    private readonly client: KubeClient,
    private readonly config: Config,
  ) {}

  read(): Promise<Lease> {
    return this.send("GET");
  }

  async write(lease: Lease, change: Change): Promise<Lease> {
    const now = microTime();
    const written = await this.send("PATCH", {
      metadata: {
        resourceVersion: lease.version,
        annotations: {
          ...(change.instance && { [INSTANCE]: change.instance }),
          ...((change.instance || change.endHandoff) && { [HANDOFF_TO]: null }),
          ...(change.sequences && { [LAST_SEQUENCER]: change.holder }),
          ...(change.lastHeight !== undefined && { [LAST_HEIGHT]: String(change.lastHeight) }),
        },
      },
      spec: {
        holderIdentity: change.holder,
        leaseDurationSeconds: Math.ceil(this.config.timings.duration / 1000),
        leaseTransitions: change.token,
        renewTime: now,
        ...(change.instance && { acquireTime: now }),
      },
    });
    // A write that changes nothing keeps the version, and others would take the Lease for expired.
    if (written.version === lease.version) throw new LeaseError("the write changed nothing", "other");
    return written;
  }

  involved(lease: Lease): Involved {
    const { namespace, lease: name } = this.config;
    return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", name, namespace, uid: lease.uid };
  }

  private async send(method: "GET" | "PATCH", body?: object): Promise<Lease> {
    const { namespace, lease, timings } = this.config;
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${lease}`;
    const headers = body && { "content-type": "application/merge-patch+json" };
    const answer = await this.client
      .send(path, { method, headers, body, timeoutMs: timings.request })
      .catch((error: Error) => {
        throw new LeaseError(error.message, error instanceof HttpError ? error.kind : "other");
      });
    const { status, text } = answer;
    if (status === 200) return parseLease(text);
    const reason = REASONS[status] ?? (status >= 500 ? "server" : "other");
    throw new LeaseError(
      this.explain(method, status, text),
      reason,
      1000 * (Number(answer.headers["retry-after"]) || 0),
    );
  }

  private explain(method: string, status: number, text: string): string {
    const { namespace, lease } = this.config;
    const what = `cannot ${method === "GET" ? "read" : "write"} the lease ${namespace}/${lease}`;
    if (status === 401)
      return `${what}: the API server does not accept the token: check that the pod mounts its ServiceAccount's`;
    if (status === 403)
      return `${what}: give the pod's ServiceAccount a Role with get and patch on leases, resourceNames ["${lease}"]`;
    if (status === 404) return `${what}: it does not exist: apply the stack that creates it`;
    return `${what}: http status ${status}, ${text.slice(0, 200)}`;
  }
}

function parseLease(text: string): Lease {
  let body: { metadata?: Record<string, unknown>; spec?: Record<string, unknown> };
  try {
    body = JSON.parse(text);
  } catch {
    throw new LeaseError(`the answer is not JSON: ${text.slice(0, 100)}`, "other");
  }
  const { metadata, spec = {} } = body;
  if (!metadata?.resourceVersion) throw new LeaseError(`the answer is not a Lease: ${text.slice(0, 100)}`, "other");
  const annotations = (metadata.annotations ?? {}) as Record<string, string | undefined>;
  return {
    version: String(metadata.resourceVersion),
    uid: String(metadata.uid ?? ""),
    holder: String(spec.holderIdentity ?? ""),
    instance: annotations[INSTANCE],
    durationMs: 1000 * Number(spec.leaseDurationSeconds ?? 0),
    token: Number(spec.leaseTransitions ?? 0),
    used: spec.renewTime !== undefined && spec.renewTime !== null,
    paused: annotations[PAUSED] === "true",
    handoffTo: annotations[HANDOFF_TO] || undefined,
    lastSequencer: annotations[LAST_SEQUENCER] || undefined,
    lastHeight: Number(annotations[LAST_HEIGHT]) || undefined,
  };
}

/**
 * For people alone, nothing is decided by it; its last digits make each write differ even under a clock that stands.
 */
function microTime(): string {
  const digits = String(Math.floor(Math.random() * 1000)).padStart(3, "0");
  return `${new Date().toISOString().slice(0, -1)}${digits}Z`;
}
