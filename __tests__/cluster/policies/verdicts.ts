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

/** Who calls, or is called. */
export interface Side {
  readonly end: End;
}

/**
 * What the report's model of policies says of both sides.
 *
 * @param behind pods that are called at an address of their host
 */
export function modelled({ world }: Pick<Cast, "world">, from: Side, to: Side, at: At, behind = to): boolean {
  const { policies, namespaces } = world;
  const admits = (direction: Direction, own: Side, other: Side) => {
    const { end } = own;
    if (end.kind !== "pods") return true;
    return ["open", "allowed"].includes(ask(policies, direction, end, other.end, at, namespaces).verdict);
  };
  return admits("egress", from, to) && admits("ingress", behind, from);
}
