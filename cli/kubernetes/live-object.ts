import { z } from "zod";
import { showPath } from "../../values/load/finding";
import { line as text } from "./line";

/** A text that may have several lines, such as what a container said last. */
const lines = z.string();
const time = text.refine(at => !Number.isNaN(Date.parse(at)), "is no time");
/** A path of the API: a name cannot lead out of it. */
const name = z.string().regex(/^\w[\w.:-]{0,252}$/, "is no name of an object");
const labels = z.record(text, text).optional();
const optional = {
  text: text.optional(),
  lines: lines.optional(),
  time: time.optional(),
  number: z.number().optional(),
};

const listOf = <T extends z.ZodType>(element: T) => z.array(element).optional();
const map = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape);

const metadata = map({
  name,
  namespace: name.optional(),
  uid: optional.text,
  labels,
  annotations: labels,
  ownerReferences: listOf(map({ kind: text, name: text })),
  creationTimestamp: optional.time,
  deletionTimestamp: optional.time,
  resourceVersion: optional.text,
  generation: optional.number,
});

const container = map({
  name: text,
  image: optional.text,
  resources: map({ limits: labels }).optional(),
  readinessProbe: map({ exec: map({ command: listOf(z.string()) }).optional() }).optional(),
});

const selector = map({
  matchLabels: labels,
  matchExpressions: listOf(map({ key: text, operator: text, values: listOf(text) })),
});
const peer = map({
  podSelector: selector.optional(),
  namespaceSelector: selector.optional(),
  ipBlock: map({ cidr: text, except: listOf(text) }).optional(),
});
const rule = map({
  from: listOf(peer),
  to: listOf(peer),
  ports: listOf(map({ protocol: optional.text, port: text.or(z.number()).optional(), endPort: optional.number })),
});

const spec = map({
  replicas: optional.number,
  nodeName: name.optional(),
  containers: listOf(container),
  initContainers: listOf(container),
  volumes: listOf(map({ persistentVolumeClaim: map({ claimName: name }).optional() })),
  type: optional.text,
  clusterIP: optional.text,
  loadBalancerIP: optional.text,
  selector: z.record(text, text.or(z.unknown())).optional(), // a Service's has labels, a workload's has words
  holderIdentity: optional.text,
  leaseTransitions: optional.number,
  leaseDurationSeconds: z.int().positive().optional(),
  renewTime: optional.time,
  acquireTime: optional.time,
  podSelector: selector.optional(),
  policyTypes: listOf(text),
  ingress: listOf(rule),
  egress: listOf(rule),
});

const state = map({
  waiting: map({ reason: optional.text, message: optional.lines }).optional(),
  running: map({ startedAt: optional.time }).optional(),
  terminated: map({
    exitCode: z.number(),
    reason: optional.text,
    message: optional.lines,
    finishedAt: optional.text,
  }).optional(),
}).optional();

const containerStatuses = listOf(
  map({
    name: text,
    image: optional.text,
    ready: z.boolean().optional(),
    restartCount: optional.number,
    state,
    lastState: state,
  }),
);

const status = map({
  phase: optional.text,
  reason: optional.text,
  message: optional.lines,
  podIP: optional.text,
  conditions: listOf(map({ type: text, status: text, reason: optional.text, message: optional.lines })),
  initContainerStatuses: containerStatuses,
  containerStatuses,
  replicas: optional.number,
  readyReplicas: optional.number,
  availableReplicas: optional.number,
  updateRevision: optional.text,
  currentRevision: optional.text,
  observedGeneration: optional.number,
  loadBalancer: map({ ingress: listOf(map({ ip: optional.text, hostname: optional.text })) }).optional(),
});

/** Of an object of the API what the commands read, of any kind: a field has one form wherever it is. */
const liveObject = map({
  kind: optional.text,
  metadata,
  spec: spec.default({}),
  status: status.default({}),
  // of a ConfigMap
  data: z.record(text, lines).optional(),
  // of an EndpointSlice
  endpoints: listOf(map({ addresses: listOf(text), conditions: map({ ready: z.boolean().optional() }).optional() })),
  ports: listOf(map({ port: optional.number })),
  // of an Event
  type: optional.text,
  reason: optional.text,
  message: optional.lines,
  lastTimestamp: optional.time,
  eventTime: optional.time,
  series: map({ lastObservedTime: optional.time }).optional(),
  involvedObject: map({ kind: optional.text, name: optional.text }).default({}),
});

export type LiveObject = z.output<typeof liveObject>;

/** `Invalid input: expected array, received string`, of which the first two words say nothing. */
const inWords = (message: string) =>
  message
    .replace(/^Invalid input: expected .*, received undefined$/, "is missing")
    .replace(/^Invalid input: expected (.*), received .*$/, "is no $1");

const list = map({ items: z.array(liveObject) });

/**
 * The objects that an answer of kubectl has, one or a list.
 *
 * @throws Error for an answer that is not as the API has it; the message names the place in it
 */
export function liveObjects(answer: unknown): LiveObject[] {
  const many = Object(answer).items !== undefined;
  const { data, error } = many ? list.safeParse(answer) : liveObject.safeParse(answer);
  if (error) {
    const [{ path, message }] = error.issues as [z.core.$ZodIssue];
    throw new Error(`${showPath(path as (string | number)[]) || "it"} ${inWords(message)}`);
  }
  return "items" in data ? (data as z.output<typeof list>).items : [data as LiveObject];
}
