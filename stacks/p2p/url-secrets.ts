import { calledUrls, type Told, urlsIn } from "../../constructs/kubernetes/network/called";
import type { Problem } from "../../constructs/kubernetes/problem";
import { L1_ENV } from "../../constructs/p2p/software/aztec/role-env";
import type { Path } from "../../values/load/finding";
import type { P2pValues } from "../../values/schema/p2p";
import { keyProblems } from "../url-secrets";
import type { P2pEnvironment } from "./props";

/** URLs that hold a key, which would stand in manifests and in Terraform's state; and consensus URLs with a query. */
export function urlProblems({ p2p, publicUrls: anywhere }: P2pEnvironment): Problem[] {
  const { l1ConsensusUrls, publicUrls } = p2p.chain;
  const queries = l1ConsensusUrls.flatMap((url, i): Problem[] => {
    if (!new URL(url).search) return [];
    const path = ["p2p", "chain", "l1ConsensusUrls", i];
    const remedy = "leave the query out, or put the URL into a Secret that secretEnv names";
    return [{ path, message: "has a query: the node appends paths to it", remedy }];
  });
  const keys = urlsOf(p2p).flatMap(({ url, path, variable }) => {
    if ([...anywhere, ...publicUrls].includes(url)) return [];
    const instead = variable
      ? `put the URL into a Secret, and name that in secretEnv of the nodes as ${variable}`
      : "use a URL that needs no key";
    return keyProblems(url, path, `${instead}, or list it in p2p.chain.publicUrls if it holds none`);
  });
  return [...queries, ...keys];
}

interface Given {
  readonly url: string;
  readonly path: Path;
  /** What a Secret can set in its place. */
  readonly variable?: string;
}

/** A workload with its environment. Bootstrap nodes take none from Secrets. */
interface Configured {
  readonly env: Readonly<Record<string, string>>;
  readonly secretEnv?: object;
}

/** Where the workloads of a section call. */
export function calledBy(p2p: P2pValues): string[] {
  const { bootstrap, nodes, proverBrokers, proverAgents } = p2p;
  const told: readonly Told[] = [...bootstrap, ...nodes, ...proverBrokers, ...proverAgents];
  const http = urlsOf(p2p).filter(({ url }) => /^https?:/.test(url));
  const collectors = [p2p.metrics, p2p.tracing].flatMap(each => (each ? [each.endpoint] : []));
  return [...http.map(({ url }) => url), ...collectors, ...told.flatMap(calledUrls)];
}

function urlsOf({ chain, crs, bootstrap, nodes, proverBrokers, proverAgents }: P2pValues): Given[] {
  const ofChain = (key: "l1ExecutionUrls" | "l1ConsensusUrls" | "l1DebugUrls", variable: string) =>
    chain[key].map((url, i) => ({ url, path: ["p2p", "chain", key, i], variable }));
  const ofEnvs = (list: string, workloads: readonly Configured[]) =>
    workloads.flatMap(({ env, secretEnv }, i) =>
      Object.entries(env).flatMap(([variable, text]) =>
        urlsIn(text).map(url => ({
          url,
          path: ["p2p", list, i, "env", variable],
          ...(secretEnv && { variable }),
        })),
      ),
    );
  const single = (url: string | undefined, ...path: Path) => (url === undefined ? [] : [{ url, path }]);
  return [
    ...ofChain("l1ExecutionUrls", L1_ENV.execution),
    ...ofChain("l1ConsensusUrls", L1_ENV.consensus),
    ...ofChain("l1DebugUrls", L1_ENV.debug),
    ...single(chain.networkConfigUrl, "p2p", "chain", "networkConfigUrl"),
    ...single(crs && "mirror" in crs ? crs.mirror : undefined, "p2p", "crs", "mirror"),
    ...ofEnvs("bootstrap", bootstrap),
    ...ofEnvs("nodes", nodes),
    ...ofEnvs("proverBrokers", proverBrokers),
    ...ofEnvs("proverAgents", proverAgents),
    ...nodes.flatMap(({ joinUrls }, i) =>
      (joinUrls?.urls ?? []).map((url, j) => ({ url, path: ["p2p", "nodes", i, "joinUrls", "urls", j] })),
    ),
    ...proverAgents.flatMap(({ autoscale }, i) =>
      single(autoscale?.prometheus, "p2p", "proverAgents", i, "autoscale", "prometheus"),
    ),
  ];
}
