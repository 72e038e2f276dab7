import { ask, type Direction, type End } from "../../../report/policies";
import type { Protocol } from "./ask";
import type { Cast } from "./cast";
import { FLOWS } from "./flows";
import { GROUPS } from "./places";

/** A port at which somebody is called. */
export interface At {
  readonly port: number;
  readonly protocol: Protocol;
}

const names = (key: string) => key.split(", ").flatMap(name => GROUPS[name] ?? name);

/** What the table says. */
export function wanted(stack: string, from: string, to: string, { port, protocol }: At): boolean {
  const own = protocol === "TCP" ? `${port}` : `${port}/udp`;
  return Object.entries(FLOWS[stack] ?? {}).some(
    ([callers, called]) =>
      names(callers).includes(from) &&
      Object.entries(called).some(
        ([key, ports]) => names(key).includes(to) && ports.split(" ").some(each => each === "*" || each === own),
      ),
  );
}

/** Somebody at an address. */
export interface Side {
  readonly end: End;
  readonly host: string;
}

/**
 * What the report's model of policies says of both sides. A block of addresses is for those outside of a cluster, and
 * the model holds no pod to be in one; kube-network-policies, as many engines, takes pods by their addresses as well.
 */
export function modelled({ world }: Pick<Cast, "world">, from: Side, to: Side, at: At): boolean {
  const { policies, namespaces } = world;
  const admits = (direction: Direction, own: Side, other: Side) => {
    const { end } = own;
    if (end.kind !== "pods") return true;
    const ends: End[] = [other.end, { kind: "address", address: other.host }];
    return ends.some(each => ["open", "allowed"].includes(ask(policies, direction, end, each, at, namespaces).verdict));
  };
  return admits("egress", from, to) && admits("ingress", to, from);
}
