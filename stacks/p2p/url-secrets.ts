import type { Problem } from "../../constructs/kubernetes/problem";
import type { Path } from "../../values/load/finding";
import type { P2pValues } from "../../values/schema/p2p";
import type { P2pEnvironment } from "./props";

/** URLs that hold a key, which would stand in manifests and in Terraform's state; and consensus URLs with a query. */
export function urlProblems({ p2p }: P2pEnvironment): Problem[] {
  const { l1ConsensusUrls, publicUrls } = p2p.chain;
  const queries = l1ConsensusUrls.flatMap((url, i): Problem[] => {
    if (!new URL(url).search) return [];
    const path = ["p2p", "chain", "l1ConsensusUrls", i];
    const remedy = "leave the query out, or put the URL into a Secret that secretEnv names";
    return [{ path, message: "has a query: the node appends paths to it", remedy }];
  });
  const keys = urlsOf(p2p).flatMap(({ url, path, variable }): Problem[] => {
    const secret = publicUrls.includes(url) ? undefined : secretIn(url);
    if (!secret) return [];
    const message = `${secret} of ${new URL(url).host} looks like a key, which would stand in Terraform's state`;
    const named = variable && ` as ${variable}`;
    const remedy = `put the URL into a Secret, and name that in secretEnv of the nodes${named}, `;
    return [{ path, message, remedy: `${remedy}or list it in p2p.chain.publicUrls if it holds none` }];
  });
  return [...queries, ...keys];
}

interface Given {
  readonly url: string;
  readonly path: Path;
  /** What a Secret has to set in its place. */
  readonly variable: string;
}

function urlsOf({ chain, bootstrap, nodes }: P2pValues): Given[] {
  const ofChain = (key: "l1ExecutionUrls" | "l1ConsensusUrls", variable: string) =>
    chain[key].map((url, i) => ({ url, path: ["p2p", "chain", key, i], variable }));
  const ofEnv = (list: "bootstrap" | "nodes", i: number, env: Readonly<Record<string, string>>) =>
    Object.entries(env).flatMap(([variable, text]) =>
      text.split(",").flatMap(url => {
        const isUrl = /^https?:/.test(url.trim()) && URL.canParse(url.trim());
        return isUrl ? [{ url: url.trim(), path: ["p2p", list, i, "env", variable], variable }] : [];
      }),
    );
  return [
    ...ofChain("l1ExecutionUrls", "ETHEREUM_HOSTS"),
    ...ofChain("l1ConsensusUrls", "L1_CONSENSUS_HOST_URLS"),
    ...bootstrap.flatMap(({ env }, i) => ofEnv("bootstrap", i, env)),
    ...nodes.flatMap(({ env, joinUrls }, i) => [
      ...ofEnv("nodes", i, env),
      ...(joinUrls?.urls ?? []).map((url, j) => ({
        url,
        path: ["p2p", "nodes", i, "joinUrls", "urls", j],
        variable: "",
      })),
    ]),
  ];
}

/** The part of a URL that looks like a key, without the key. */
function secretIn(url: string): string | undefined {
  const { pathname, searchParams } = new URL(url);
  const named = [...searchParams].find(([name, value]) => value && (KEY_NAME.test(name) || isKeyLike(value)));
  if (named) return `the parameter ${named[0]}`;
  const at = pathname.split("/").findIndex(isKeyLike);
  return at < 0 ? undefined : `part ${at} of the path`;
}

const KEY_NAME = /key|token|secret|auth|passw|signature|^sig$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** As providers make them: a UUID, 16 letters and digits without a break, or 24 with letters of both cases. */
function isKeyLike(text: string): boolean {
  if (/^0x/i.test(text)) return false; // an address or a hash
  const isMixed = (part: string) => /\d/.test(part) && /[a-z]/i.test(part);
  const isLong = text.length >= 24 && /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
  return UUID.test(text) || isLong || text.split(/[^A-Za-z0-9]/).some(part => part.length >= 16 && isMixed(part));
}
