import type { JsonObject } from "../../manifests/json";
import { containersSeen, pathsTold } from "../effective/containers";
import type { Side } from "../sides";
import { type Rule, stays } from "./rule";

/** What a node and its execution client have to agree on. */
export const engineRules: readonly Rule[] = [
  {
    id: "engine-jwt",
    kinds: ["StatefulSet", "Deployment"],
    why:
      "A node and its execution client sign with one JWT secret: with two of them the client refuses the node, and " +
      "no block is produced.",
    remedy: "let all containers of the pod read the same key of the same Secret",
    warning: true,
    loses: (change, sides) => {
      if (!stays(change)) return undefined;
      const [was, is] = [secretsOf(change.before, sides.before), secretsOf(change.after, sides.after)];
      if (distinct(is) < 2 || distinct(was) > 1) return undefined;
      const readers = is.map(([container, source]) => `${container} reads ${source}`);
      return `one JWT secret for the pod: ${readers.join(", ")}`;
    },
  },
];

/** Where each container reads its JWT secret. */
const secretsOf = (body: JsonObject | undefined, side: Side) =>
  containersSeen(body, side).flatMap(seen =>
    pathsTold(seen)
      .filter(([name]) => /jwt/i.test(name))
      .map(([, path]) => [seen.container.name, seen.at(path).text] as const),
  );

const distinct = (secrets: ReturnType<typeof secretsOf>) => new Set(secrets.map(([, source]) => source)).size;
