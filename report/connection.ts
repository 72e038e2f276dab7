import type { PolicyPort } from "../manifests/read/policy";
import type { Node, Own, World } from "./nodes";
import { ask, type Port, type Ruling } from "./policies";
import { portsText } from "./words";

/** `joins` through an ENR, `calls` as configured, or `may call`, where only a policy's rule names the connection. */
export type ConnectionKind = "joins" | "calls" | "may call";

export interface Connection {
  readonly from: Node;
  readonly to: Node;
  readonly kind: ConnectionKind;
  /** The ports that callers use: those of the Service if there is one. Empty for every port. */
  readonly ports: readonly PolicyPort[];
  /** What a caller dials. Empty where it is not known here. */
  readonly dials: readonly Dial[];
  /** Where it is configured, or through which record. */
  readonly via: readonly string[];
  /** The worse verdict of both sides' policies. */
  readonly verdict: Ruling["verdict"];
  /** The rules that allow it, on the caller's side and on the other. */
  readonly rules: readonly string[];
}

/** A port of the pods that are called, or of a host. */
export interface Dial extends Port {
  /** A name or an address. @default - each pod */
  readonly host?: string;
}

/** A call by configuration, before policies are asked. */
export interface Call {
  readonly to: Node;
  readonly kind: ConnectionKind;
  /** @default - only policies say so */
  readonly via?: string;
  /** @default - every port */
  readonly port?: Port;
  /** Of the pods behind the Service. @default - not known here */
  readonly podPort?: number;
  /** What is dialled in place of the pods at `podPort`. */
  readonly dial?: Dial;
}

/** A call from a node, with what the policies of both sides say. */
export function ruled(world: World, from: Own, { to, kind, via, port, podPort, dial }: Call): Connection {
  const { policies, namespaces } = world;
  const wanted = port && podPort !== undefined ? { port: podPort, protocol: port.protocol } : undefined;
  const dialled = dial ?? (to.end.kind === "pods" ? wanted : undefined);
  const sides = [ask(policies, "egress", from.end, to.end, wanted, namespaces)];
  if (to.end.kind === "pods") sides.push(ask(policies, "ingress", to.end, from.end, wanted, namespaces));
  const verdict = WORSE.findLast(each => sides.some(side => side.verdict === each)) ?? "open";
  return {
    from,
    to,
    kind,
    ports: port ? [port] : [],
    dials: dialled ? [dialled] : [],
    via: via ? [via] : [],
    verdict,
    rules: sides.flatMap(({ rules }) => rules),
  };
}

export const WORSE: readonly Ruling["verdict"][] = ["open", "allowed", "depends", "denied"];

/** The label of a connection: its ports, and whether it is not allowed. */
export function labelOf({ kind, ports, verdict }: Connection): string {
  return `${kind === "joins" ? "joins " : ""}${portsText(ports)}${verdict === "denied" ? ", NOT ALLOWED" : ""}`;
}
