import { type Duration, milliseconds } from "./duration";
import type { Container, Volume } from "./framework/provider";
import type { Construct } from "./framework/terraform";
import { isToken, jsonText } from "./framework/tokens";
import { mustBeKnown } from "./known";
import { CONTAINER_SECURITY } from "./pod-security";
import { type Problem, refuse } from "./problem";
import { bundled, Scripts } from "./scripts";
import { KubernetesConstruct } from "./vocabulary/construct";
import type { KubernetesScope } from "./vocabulary/props";

/** Something that has to answer before a pod may start. */
export interface GateTarget {
  /** As operators know it, such as `keeper 1`. */
  readonly name: string;
  /**
   * `https://host[:port]` for a TLS server, `http://…` or `tcp://host:port` for whatever accepts a connection,
   * `daemonset://namespace/name` for a DaemonSet with all its pods ready; the pod needs a token that may read it.
   */
  readonly url: string;
  /**
   * What the certificate of an `https` target has to say that it is; who signed it is not asked. @default - anything
   */
  readonly spiffeId?: string;
  /** JSON-RPC method that has to answer with an ENR; see `answers`. @default - a connection is enough */
  readonly enrMethod?: string;
}

/**
 * A ConfigMap of the namespace that can say that there is nothing to wait for. The pod mounts a token that may read it.
 */
export interface GateMarker {
  readonly configMap: string;
  /** Done when its value is `true`; without a key the ConfigMap only has to be readable. @default - none */
  readonly key?: string;
}

/** What a `FailFastGate` waits for, how often it asks, and what it says when it gives up. */
export interface FailFastGateProps extends KubernetesScope {
  readonly namespace: string;
  /** Name of the ConfigMap with the program. */
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly targets: readonly GateTarget[];
  /** What to do when one does not answer; the last sentence of the message. */
  readonly remedy: string;
  /** Per target; all of them are made. @default 5 - as SPIKE's bootstrap */
  readonly attempts?: number;
  /**
   * Per target over all attempts, which are spread evenly over it. @default "30s" - as SPIKE's bootstrap
   */
  readonly timeout?: Duration;
  /** Whether all have to answer, or one is enough, and the attempts under way are the others' last. @default "all" */
  readonly require?: "all" | "any";
  /** Start all the same, with the message in the log. @default false */
  readonly goOn?: boolean;
  /** @default - always wait */
  readonly marker?: GateMarker;
  /** Where the ENRs that were answered are written, a line each: a file in a volume of the pod. @default - nowhere */
  readonly answers?: { readonly file: string; readonly volume: string; readonly mountPath: string };
  /** A Node.js image, 20 or later. @default - a release of Node.js 22, by tag */
  readonly image?: string;
}

/** A release of Node.js; the programs of this package need nothing but its standard library. */
export const NODE_IMAGE = "node:22.23.2-alpine";

const DEFAULTS = { attempts: 5, timeout: "30s" } as const;

/**
 * Lets a pod start once everything it needs answers, and else ends it with one message that names all that did not:
 * every target is tried in parallel, a bounded number of times, with a line per attempt. The message is in the log and
 * is the container's termination message.
 *
 * Creates: ConfigMap `<name>`. `container` belongs into the init containers of a pod, `volumes` into its volumes.
 *
 * @throws Error for targets that are missing, named twice or no URLs, and for bounds that are none
 */
export class FailFastGate extends KubernetesConstruct {
  readonly scripts: Scripts;
  readonly container: Container;
  readonly volumes: readonly Volume[];

  constructor(scope: Construct, id: string, props: FailFastGateProps) {
    super(scope, id, props);
    mustBeKnown(`FailFastGate ${id}`, props, { timeout: true, require: true });
    refuse(`gate ${props.name}`, gateProblems(props));
    const { attempts = DEFAULTS.attempts, timeout = DEFAULTS.timeout, marker, answers } = props;
    const { namespace, name, labels } = props;
    this.scripts = new Scripts(this, "Scripts", { namespace, name, labels, files: [bundled("gate.mjs")] });
    this.volumes = [{ name: VOLUME, configMap: { name, defaultMode: "0444" } }];
    const texts: Record<string, string> = {
      NODE_OPTIONS: "--max-old-space-size=64",
      GATE_TARGETS: jsonText(props.targets),
      GATE_ATTEMPTS: String(attempts),
      GATE_TIMEOUT_MS: String(milliseconds(timeout)),
      GATE_REMEDY: props.remedy,
      ...(props.require === "any" && { GATE_REQUIRE: "any" }),
      ...(props.goOn && { GATE_GO_ON: "true" }),
      ...(answers && { GATE_ANSWERS: answers.file }),
      ...(marker && { GATE_MARKER: marker.configMap, ...(marker.key && { GATE_MARKER_KEY: marker.key }) }),
    };
    this.container = {
      name: "gate",
      image: props.image ?? NODE_IMAGE,
      imagePullPolicy: "IfNotPresent",
      command: ["node", `${Scripts.MOUNT_PATH}/gate.mjs`],
      env: [
        { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
        ...Object.entries(texts).map(([variable, value]) => ({ name: variable, value })),
      ],
      terminationMessagePolicy: "FallbackToLogsOnError",
      resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } },
      securityContext: CONTAINER_SECURITY,
      volumeMount: [
        { name: VOLUME, mountPath: Scripts.MOUNT_PATH, readOnly: true },
        ...(answers ? [{ name: answers.volume, mountPath: answers.mountPath }] : []),
      ],
    };
  }
}

const VOLUME = "gate";

/** Paths in the problems are paths in the props. */
function gateProblems({
  targets,
  attempts,
  timeout,
}: Pick<FailFastGateProps, "targets" | "attempts" | "timeout">): Problem[] {
  const problems: Problem[] = [];
  if (targets.length === 0) problems.push({ path: ["targets"], message: "none: there is nothing to wait for" });
  targets.forEach(({ url }, i) => {
    const path = ["targets", i, "url"];
    if (isToken(url)) return;
    if (!URL.canParse(url) || !/^(https?|tcp|daemonset):$/.test(new URL(url).protocol)) {
      problems.push({ path, message: `"${url}" is no http, https or tcp URL`, remedy: "give it as https://host:port" });
    } else if (targets.findIndex(target => target.url === url) < i) {
      problems.push({ path, message: `"${url}" is named twice`, remedy: "name every target once" });
    }
  });
  return [...problems, ...boundProblems({ attempts, timeout })];
}

/** More is no bound any more. */
const MOST_ATTEMPTS = 1000;
const MOST_MS = 86_400_000;

/** Counts are at least 1 and times above 0: upstreams take 0 for "for ever". */
export function boundProblems(bounds: Readonly<Record<string, number | string | undefined>>): Problem[] {
  return Object.entries(bounds).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const isTime = typeof value === "string";
    const number = isTime ? milliseconds(value) : value;
    if (Number.isInteger(number) && number >= 1 && number <= (isTime ? MOST_MS : MOST_ATTEMPTS)) return [];
    const remedy = isTime ? "use a time such as 30s, a day at most" : `use a whole number from 1 to ${MOST_ATTEMPTS}`;
    return [{ path: [name], message: `${value} is no bound`, remedy }];
  });
}
