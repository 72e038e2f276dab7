/*! The agent's configuration: environment variables, all checked before anything starts. */
import { LEASE_AGENT_PORT, LEASE_TIMINGS, MARGIN_MS, MOST_MS } from "../../constructs/sequencer/lease/protocol";
import { type Env, EnvReader, quote } from "../lib/env";
import type { KubeAccess } from "../lib/kube";
import type { NodeUrls } from "./node-watch";

/** Milliseconds. `retry < renewDeadline`, and the kill is over `MARGIN_MS` before the Lease can pass on. */
export interface Timings {
  /** Without a renewal for this long the Lease is free for others. */
  readonly duration: number;
  /** Without a renewal for this long the holder's node is told to end. */
  readonly renewDeadline: number;
  /** Between renewals, and between looks at another's Lease. */
  readonly retry: number;
  /** From TERM to KILL of a node whose deadline passed. */
  readonly killGrace: number;
  /** Of one request to the API server: two of them fit between a renewal and its deadline. */
  readonly request: number;
  /** How long a Lease is held for a script that does not start its node as aggregator. */
  readonly start: number;
  /** How long a node says that it is ready after its newest block: five block times. */
  readonly readyAge: number;
  /** How long the end of the process waits for the node's; the pod's grace period is longer. */
  readonly stop: number;
}

export interface Config {
  readonly pod: string;
  readonly namespace: string;
  readonly lease: string;
  /** Pods that a Lease can be handed to. */
  readonly candidates: readonly string[];
  readonly timings: Timings;
  readonly runFolder: string;
  readonly node: NodeUrls;
  /** Of /leader, /healthz and /metrics; 0 takes a free one. */
  readonly port: number;
  readonly kube: KubeAccess;
}

/** How long a Lease is held for a script that does not start its node as aggregator. */
const START_MS = 30_000;
/** How long the end of the process waits for the node's; the pod's grace period is longer. */
const STOP_MS = 25_000;

/** Throws an error that lists everything that is wrong, a line each. */
export function readConfig(env: Env): Config {
  const read = new EnvReader(env);
  const timing = (name: keyof typeof LEASE_TIMINGS, variable: string) =>
    read.number(variable, String(LEASE_TIMINGS[name].usual), LEASE_TIMINGS[name].least, MOST_MS);
  const duration = timing("duration", "LEASE_DURATION_MS");
  const renewDeadline = timing("renewDeadline", "LEASE_RENEW_DEADLINE_MS");
  const retry = timing("retry", "LEASE_RETRY_MS");
  const killGrace = timing("killGrace", "LEASE_KILL_GRACE_MS");
  if (read.errors.length === 0) {
    if (retry >= renewDeadline) {
      read.errors.push(`LEASE_RETRY_MS is ${retry}: must be less than LEASE_RENEW_DEADLINE_MS, ${renewDeadline}`);
    }
    const latest = renewDeadline + killGrace + MARGIN_MS;
    if (duration < latest) {
      read.errors.push(
        `LEASE_DURATION_MS is ${duration}: must be at least ${latest}, ` +
          `LEASE_RENEW_DEADLINE_MS + LEASE_KILL_GRACE_MS + ${MARGIN_MS}, so that the old sequencer is dead ` +
          "before another may start",
      );
    }
  }
  const pod = read.required("POD_NAME");
  const candidates = read.required("CANDIDATES").split(",").filter(Boolean);
  if (pod && candidates.length && !candidates.includes(pod)) {
    read.errors.push(`CANDIDATES is ${quote(env.CANDIDATES)}: must name this pod too, ${pod}`);
  }
  const config: Config = {
    pod,
    namespace: read.required("POD_NAMESPACE"),
    lease: read.required("LEASE_NAME"),
    candidates,
    timings: {
      duration,
      renewDeadline,
      retry,
      killGrace,
      request: Math.max(100, Math.floor((renewDeadline - retry) / 2)),
      start: START_MS,
      readyAge: read.number("READY_AGE_MS", "5000", 100, 86_400_000),
      stop: STOP_MS,
    },
    runFolder: env.RUN_DIR || "/run/sequencer",
    node: {
      ready: read.url("NODE_READY_URL", env.NODE_READY_URL || "http://127.0.0.1:7331/health/ready"),
      metrics: read.url("NODE_METRICS_URL", env.NODE_METRICS_URL || "http://127.0.0.1:26660/metrics"),
      da: read.url("DA_URL", env.DA_URL || "http://127.0.0.1:7980/"),
    },
    port: read.number("AGENT_PORT", String(LEASE_AGENT_PORT), 0, 65535),
    kube: read.kubeAccess(),
  };
  read.check();
  return config;
}
