import { L1_ENV } from "../../../constructs/p2p/software/aztec/role-env";
import { isObject } from "../../../manifests/json";
import { byName } from "../../../manifests/read/object";
import type { P2pValues } from "../../../values/schema/p2p";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { Check } from "../result";
import { type Answer, readAnswers, SCRIPT } from "./l1-script";
import { CONTAINERS, inPod, NODE, type NodePod, unlessForbidden } from "./pods";

export type L1Kind = keyof typeof L1_ENV;
const KINDS = Object.keys(L1_ENV) as L1Kind[];

/** Endpoints that a pod is told, as text or as the name of a variable whose text only the pod has. */
interface Told {
  readonly kind: L1Kind;
  readonly urls?: readonly string[];
  readonly secret?: string;
}

/**
 * The L1 as nodes see it: each endpoint of each node, asked from one of its pods for what the node asks it for at
 * start. That is the node's container, which also knows URLs of Secrets, or the agent's where the node does not run.
 */
export async function l1Checks(
  kubectl: Kubectl,
  p2p: P2pValues,
  nodes: readonly { readonly name: string }[],
  pods: readonly NodePod[],
): Promise<Check[]> {
  const asked = nodes.map(({ name }) => {
    const own = pods.filter(({ node }) => node === name);
    const [place] = CONTAINERS.flatMap(container =>
      own.filter(({ running }) => running.includes(container)).map(pod => ({ pod, container })),
    );
    return place ? placeChecks(kubectl, p2p, place) : [];
  });
  return (await Promise.all(asked)).flat();
}

/** Where the endpoints of a node are asked. */
interface Place {
  readonly pod: NodePod;
  readonly container: string;
}

async function placeChecks(kubectl: Kubectl, { chain }: P2pValues, { pod, container }: Place): Promise<Check[]> {
  const told = toldTo(pod);
  if (told.length === 0) return [];
  const askable = told.filter(({ urls }) => urls || container === NODE);
  const check = (kind: L1Kind) => `p2p ${pod.node} L1 ${kind}`;
  const unknown = ({ kind }: Told, detail: string): Check => ({ check: check(kind), ok: true, unknown: true, detail });
  const words = askable.flatMap(({ kind, urls }) => [kind, urls?.join(",") ?? `$${L1_ENV[kind]}`]);
  const asked =
    askable.length > 0
      ? await unlessForbidden(inPod(kubectl, pod, container, ["sh", "-c", SCRIPT, "l1", ...words]))
      : { answer: "" };
  if ("forbidden" in asked) return told.map(each => unknown(each, asked.forbidden));
  const answers = asked.answer === undefined ? undefined : readAnswers(asked.answer);
  if (!answers) return told.map(each => unknown(each, `container ${container} of ${pod.name} has no shell with curl`));
  return told.map(each => {
    const own = answers.filter(({ i }) => askable[i] === each);
    if (own.length === 0) return unknown(each, `only the node knows its URL, and the node of ${pod.name} does not run`);
    const wrong = own.flatMap(answer => {
      const fault = faultOf(each.kind, answer, chain.l1ChainId);
      return fault ? [{ ...fault, at: placeOf(each, answer.j) }] : [];
    });
    const [first] = wrong;
    if (first?.unknown) return unknown(each, `${first.at} ${first.message}`);
    if (!first) return { check: check(each.kind), ok: true, detail: wellOf(each.kind, chain.l1ChainId) };
    const which = own.length > 1 ? `${wrong.length} of ${own.length}: ` : "";
    return { check: check(each.kind), ok: false, detail: `${which}${first.at} ${first.message} → ${first.remedy}` };
  });
}

/** The endpoints of a pod's node. */
function toldTo({ spec }: NodePod): Told[] {
  const env = byName(spec.containers, NODE)?.env;
  return KINDS.flatMap((kind): Told[] => {
    const variable = byName(env, L1_ENV[kind]);
    const secret = variable?.valueFrom?.secretKeyRef;
    if (secret) return [{ kind, secret: `Secret ${secret.name}[${secret.key}]` }];
    return variable?.value ? [{ kind, urls: variable.value.split(",") }] : [];
  });
}

/** An endpoint in words. What is in a Secret stays there. */
function placeOf({ urls, secret }: Told, j: number): string {
  const url = urls?.[j];
  return url && URL.canParse(url) ? new URL(url).host : (secret ?? "the endpoint");
}

const wellOf = (kind: L1Kind, chainId: number) =>
  ({ execution: `answers, chain ${chainId}`, consensus: "answers", debug: "answers, and traces" })[kind];

interface Fault {
  readonly message: string;
  readonly remedy: string;
  readonly unknown?: true;
}

const VALUES = {
  execution: "p2p.chain.l1ExecutionUrls",
  consensus: "p2p.chain.l1ConsensusUrls",
  debug: "p2p.chain.l1DebugUrls",
};

/** What is wrong with an answer, as a node would find it. */
export function faultOf(kind: L1Kind, answer: Pick<Answer, "code" | "status" | "text">, chainId: number) {
  const { code, status, text } = answer;
  const correct = `correct ${VALUES[kind]}, or the Secret that it is from`;
  if (code !== 0) {
    const why = text.replace(/^curl: \(\d+\) /, "").trim();
    const remedy = `${correct}; a policy that drops it is named by --probe`;
    return { message: `does not answer: ${why || `curl ended with ${code}`}`, remedy } satisfies Fault;
  }
  if (kind === "consensus") return consensusFault(status, correct);
  const body = jsonOf(text);
  if (!body) return { message: `gives no JSON-RPC, but http status ${status}`, remedy: correct } satisfies Fault;
  return kind === "execution" ? executionFault(body, chainId, correct) : debugFault(body);
}

function consensusFault(status: number, remedy: string): Fault | undefined {
  if (status === 200) return undefined;
  const message = `answers /eth/v1/beacon/headers/head with http status ${status}`;
  // The node may send a key, which is not sent here.
  return { message, remedy, ...((status === 401 || status === 403) && { unknown: true }) };
}

function executionFault(body: Record<string, unknown>, chainId: number, remedy: string): Fault | undefined {
  if (typeof body.result !== "string") return { message: `does not say its chain: ${messageIn(body)}`, remedy };
  const found = Number(body.result);
  if (found === chainId) return undefined;
  return { message: `is of chain ${found}, and p2p.chain.l1ChainId is ${chainId}`, remedy };
}

/** The hash belongs to no transaction: an endpoint that can trace answers that the transaction is unknown. */
function debugFault(body: Record<string, unknown>): Fault | undefined {
  const code = isObject(body.error) ? Number(body.error.code) : 0;
  const message = messageIn(body);
  if (!body.error || (code !== -32601 && !/method|trace_?transaction|\btier\b|disabled|forbidden/i.test(message)))
    return undefined;
  const remedy = "name an endpoint that traces in p2p.chain.l1DebugUrls, or set p2p.chain.l1WithoutDebug";
  return { message: `does not trace transactions: ${message}`, remedy };
}

function messageIn({ error }: Record<string, unknown>): string {
  return isObject(error) ? String(error.message ?? error.code) : "its answer has no result";
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
