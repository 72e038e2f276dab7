/*! What a gate waits for, from environment variables. */
import { type Env, EnvReader } from "../lib/env";
import type { KubeAccess } from "../lib/kube";

/** Scheme of a target that is a DaemonSet: `daemonset://namespace/name`. */
export const DAEMON_SET = "daemonset:";

/**
 * Something that has to answer: with an ENR where that is asked for, else at `https:` a TLS server, at `daemonset:`
 * every pod of it, at any other scheme whatever accepts a connection.
 */
export interface Target {
  /** As operators know it: "keeper 1". */
  readonly name: string;
  readonly url: URL;
  /** What the server's certificate has to say that it is. */
  readonly spiffeId?: string;
  /** JSON-RPC method that answers with an ENR. */
  readonly enrMethod?: string;
}

/** A ConfigMap that says that there is nothing left to wait for. */
export interface Marker {
  readonly namespace: string;
  readonly name: string;
  /** Done when its value is "true"; without a key it only has to be readable. */
  readonly key?: string;
  readonly access: KubeAccess;
}

export interface GateConfig {
  readonly targets: readonly Target[];
  readonly attempts: number;
  /** Of a target, over all its attempts. */
  readonly timeoutMs: number;
  /** Whether all have to answer, or one is enough; then the attempts under way are the others' last. */
  readonly require: "all" | "any";
  /** What to do when one did not answer. */
  readonly remedy: string;
  /** Whether what is behind the gate starts all the same when one did not answer. */
  readonly goOn: boolean;
  readonly marker?: Marker;
  /** To ask for DaemonSets among the targets. */
  readonly access?: KubeAccess;
  /** File for the ENRs, a line each in the order of the targets. */
  readonly answersFile?: string;
}

/** @throws Error that lists everything that is wrong */
export function readConfig(env: Env): GateConfig {
  const reader = new EnvReader(env);
  const marker = env.GATE_MARKER;
  const targets = targetsOf(reader.required("GATE_TARGETS"), reader);
  const config: GateConfig = {
    targets,
    attempts: reader.number("GATE_ATTEMPTS", "5", 1, 1000),
    timeoutMs: reader.number("GATE_TIMEOUT_MS", "30000", 1, 86_400_000),
    require: env.GATE_REQUIRE === "any" ? "any" : "all",
    remedy: reader.required("GATE_REMEDY"),
    goOn: env.GATE_GO_ON === "true",
    ...(targets.some(({ url }) => url.protocol === DAEMON_SET) && { access: reader.kubeAccess() }),
    ...(env.GATE_ANSWERS && { answersFile: env.GATE_ANSWERS }),
    ...(marker && {
      marker: {
        namespace: reader.required("POD_NAMESPACE"),
        name: marker,
        ...(env.GATE_MARKER_KEY && { key: env.GATE_MARKER_KEY }),
        access: reader.kubeAccess(),
      },
    }),
  };
  reader.check();
  return config;
}

function targetsOf(text: string, reader: EnvReader): Target[] {
  try {
    const targets: (Omit<Target, "url"> & { url: string })[] = JSON.parse(text);
    return targets.map(({ url, ...target }) => ({ ...target, url: new URL(url) }));
  } catch (error) {
    reader.errors.push(`GATE_TARGETS is no list of targets: ${(error as Error).message}`);
    return [];
  }
}
