import type { JsonObject } from "../../manifests/json";
import { containersSeen } from "../effective/containers";
import { configMapsOf, evNodeOf, filesOf } from "../effective/ev-node";
import { at, spoken } from "../read";
import type { Side } from "../sides";
import { type Rule, stays } from "./rule";

/** Where members write their blocks. */
export const daRules: readonly Rule[] = [
  {
    id: "da-endpoint",
    kinds: ["StatefulSet"],
    why:
      "A namespace is of one DA network: on another network, or without the account's funds, the chain goes on " +
      "without its earlier blocks, and nobody can sync from the DA.",
    remedy: "check that the endpoint serves the same DA network, and that its account can pay",
    warning: true,
    loses: (change, sides) => {
      if (!stays(change)) return undefined;
      const [was, is] = [endpointsOf(change.before, sides.before), endpointsOf(change.after, sides.after)];
      const unknown = is.filter(endpoint => !was.includes(endpoint));
      return was.length === 0 || unknown.length === 0
        ? undefined
        : `the DA that members write to: ${spoken(was)} → ${spoken(is)}`;
    },
  },
];

/** The DA's hosts and ports: those that ev-node is told, or where its own proxy brings what it sends. */
function endpointsOf(body: JsonObject | undefined, side: Side): string[] {
  const address = at(evNodeOf(body, side)?.config, "da", "address");
  if (typeof address !== "string") return [];
  const { protocol, hostname, port } = URL.canParse(address) ? new URL(address) : new URL("http://localhost");
  if (!/^(127\.|localhost$|\[::1\]$)/.test(hostname))
    return [`${hostname}:${port || (protocol === "https:" ? 443 : 80)}`];
  const files = containersSeen(body, side)
    .flatMap(configMapsOf)
    .flatMap(name => Object.values(filesOf(body, name, side)));
  const servers = files.flatMap(text => [...text.matchAll(BACKEND)].flatMap(([all]) => [...all.matchAll(SERVER)]));
  return [...new Set(servers.map(([, name]) => name as string))].sort();
}

/** HAProxy's backend of the DA, and its servers, which have their addresses as names. */
const BACKEND = /^backend da\n(?:[ \t]+.*\n?)*/gm;
const SERVER = /^\s+server (\S+)/gm;
