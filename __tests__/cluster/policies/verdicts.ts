import { ask, type End } from "../../../report/policies";
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

/** What the report's model of policies says of both sides. */
export function modelled({ world }: Cast, from: End, to: End, at: At): boolean {
  const { policies, namespaces } = world;
  const sides = [
    from.kind === "pods" ? ask(policies, "egress", from, to, at, namespaces).verdict : "open",
    to.kind === "pods" ? ask(policies, "ingress", to, from, at, namespaces).verdict : "open",
  ];
  return sides.every(verdict => verdict === "open" || verdict === "allowed");
}
