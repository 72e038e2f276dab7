import type { Duration } from "../kubernetes/duration";
import { boundProblems } from "../kubernetes/fail-fast-gate";
import type { EnvVar } from "../kubernetes/framework/provider";
import { mustBeKnown } from "../kubernetes/known";
import { refuse } from "../kubernetes/problem";

/** Where the ENRs of bootstrap nodes come from. */
export type BootnodeSource =
  | {
      /** Known at synth: given as text. */
      readonly kind: "known";
      readonly enrs: readonly string[];
      /** Namespace of the bootstrap nodes, where they run in the same cluster. */
      readonly namespace?: string;
    }
  | {
      /**
       * Published by the bootstrap nodes of the same namespace: read from their ConfigMap, and a pod waits until they
       * are there.
       */
      readonly kind: "published";
      readonly namespace: string;
      readonly configMap: string;
      readonly keys: readonly string[];
      readonly isPublic: boolean;
    }
  | ({
      /** Asked for at start, of bootstrap nodes that live elsewhere. */ readonly kind: "url";
    } & Required<FromUrlOptions> & {
        readonly urls: readonly string[];
      });

/** How bootstrap nodes elsewhere are asked before a node starts. */
export interface FromUrlOptions {
  /** @default 20 - with `timeout` 100 s: a rescheduled bootstrap node is back by then */
  readonly attempts?: number;
  /** Bound of one attempt, and the time from one to the next. @default "5s" */
  readonly timeout?: Duration;
  /** Whether one answer is enough to start; all are asked in any case, at least once. @default "any" */
  readonly require?: "any" | "all";
}

/** Bootstrap nodes to join through: a `BootstrapNode`, or one of the factories for nodes that live elsewhere. */
export interface Bootnodes {
  readonly bootnodes: BootnodeSource;
}

/** Factories for bootstrap nodes that this app does not create. */
export const Bootnodes = {
  /** Bootstrap nodes elsewhere whose records are known. */
  fromEnrs(enrs: readonly string[]): Bootnodes {
    mustBeKnown("Bootnodes.fromEnrs", { enrs }, { enrs: true });
    if (enrs.length === 0) throw new Error("bootnodes from ENRs need at least one ENR");
    return { bootnodes: { kind: "known", enrs } };
  },

  /**
   * Bootstrap nodes elsewhere that answer `bootstrap_getEncodedEnr`. Their live record may have drifted: prefer
   * `fromEnrs` where it is known.
   */
  fromUrl(urls: string | readonly string[], options: FromUrlOptions = {}): Bootnodes {
    const list = typeof urls === "string" ? [urls] : urls;
    mustBeKnown("Bootnodes.fromUrl", { urls: list, ...options }, { urls: true, timeout: true, require: true });
    for (const url of list) {
      if (!/^https?:\/\/[^\s,]+$/.test(url)) throw new Error(`bootnode URL "${url}" is not an http or https URL`);
    }
    if (list.length === 0) throw new Error("bootnodes from URLs need at least one URL");
    const { attempts = 20, timeout = "5s", require = "any" } = options;
    refuse("bootnodes from URLs", boundProblems({ attempts, timeout }));
    return { bootnodes: { kind: "url", urls: list, attempts, timeout, require } };
  },
};

/** Where the gate of a node leaves the ENRs that it was answered with. */
export const FETCHED = { volume: "bootnodes", mountPath: "/bootnodes", file: "/bootnodes/enrs" } as const;

/**
 * The environment by which `start-node.sh` and Kubernetes put the list together: known ENRs first, then published, then
 * fetched.
 */
export function bootnodeEnv(sources: readonly BootnodeSource[]): EnvVar[] {
  const known = sources.flatMap(source => (source.kind === "known" ? source.enrs : []));
  const published = sources.flatMap(source =>
    source.kind === "published" ? source.keys.map(key => ({ name: source.configMap, key })) : [],
  );
  const names = published.map((_, i) => `BOOTNODE_ENR_${i}`);
  const list = [...new Set(known), ...names.map(name => `$(${name})`)];
  return [
    ...published.map((configMapKeyRef, i) => ({ name: names[i] as string, valueFrom: { configMapKeyRef } })),
    ...(list.length > 0 ? [{ name: "BOOTSTRAP_NODES", value: list.join(",") }] : []),
    ...(sources.some(({ kind }) => kind === "url") ? [{ name: "BOOTNODES_FILE", value: FETCHED.file }] : []),
  ];
}
