import type { EnvVar } from "../../kubernetes/framework/provider";
import { type DaEndpoint, daEndpoint } from "../da-endpoint";
import { section } from "../haproxy";
import type { Upstream } from "./upstream";

/**
 * What HAProxy needs to carry upstreams: for each a frontend on loopback and a backend with its endpoints; and, where
 * an endpoint has a name, how names are resolved.
 *
 * @param clusterDomain completes hosts that end in `.svc`, since HAProxy asks DNS without a search list
 */
export function toUpstreams(
  upstreams: readonly Upstream[],
  clusterDomain: string,
): { readonly resolvers: string | false; readonly sections: readonly string[] } {
  const all = upstreams.map(upstream => ({
    ...upstream,
    servers: upstream.endpoints.map(endpoint => daEndpoint(endpoint, clusterDomain)),
  }));
  return {
    resolvers: all.some(({ servers }) => servers.some(({ named }) => named)) && RESOLVERS,
    sections: all.flatMap(({ servers, ...upstream }) => [
      section(
        `frontend ${upstream.name}-in`,
        "mode http",
        "option httplog",
        `bind 127.0.0.1:${upstream.port}`,
        "timeout client 2m",
        `default_backend ${upstream.name}`,
      ),
      backend(upstream, servers),
    ]),
  };
}

/** What HAProxy reads paths from, which are in no configuration. */
export function pathEnv(upstreams: readonly Upstream[]): EnvVar[] {
  return upstreams.flatMap(upstream =>
    upstream.endpoints.flatMap((endpoint, i) => {
      const name = pathVariable(upstream, i);
      const { secret, key } = upstream.pathSecrets?.[endpoint] ?? {};
      return name ? [{ name, valueFrom: { secretKeyRef: { name: secret, key } } }] : [];
    }),
  );
}

/** The variable with the path of an endpoint, where a Secret holds it. */
const pathVariable = ({ name, endpoints, pathSecrets }: Upstream, i: number) =>
  pathSecrets?.[endpoints[i] as string] && `${name.toUpperCase()}_PATH_${i}`;

/**
 * Keeps the last answer through every failure of DNS for as long as HAProxy can (24 days): whether an address still
 * serves is what checks tell.
 */
const RESOLVERS = section(
  "resolvers cluster",
  "parse-resolv-conf",
  "accepted_payload_size 4096",
  "resolve_retries 3",
  "timeout resolve 1s",
  "timeout retry 1s",
  "hold valid 5s",
  ...["other", "refused", "nx", "timeout"].map(status => `hold ${status} 24d`),
);

/** HAProxy itself does not read the variable by which the container is told of `caBundle`. */
const CAS = '"${SSL_CERT_FILE-@system-ca}"';

/**
 * The first endpoint that is up, in their order, for everything: submissions of one account have to pass through one
 * mempool, and what was submitted is read back at once, while endpoints lag each other. A failed connect ends its
 * request, and the next request goes to the next endpoint. What is open to an endpoint is closed when its checks fail:
 * a request that waits in a black hole would keep a new leader from its first block until TCP tries again, for up to
 * half a minute. A name without an address does not hold up the start.
 */
function backend(upstream: Upstream, endpoints: readonly DaEndpoint[]): string {
  const { name } = upstream;
  return section(
    `backend ${name}`,
    "mode http",
    "timeout server 2m",
    "timeout check 1s",
    "default-server inter 500ms fastinter 100ms fall 2 rise 1",
    ...ofFirstUp(name, endpoints, ({ authority }) => `set-header Host ${authority}`),
    ...pathLines(upstream, endpoints),
    ...endpoints.map(({ host, port, tls, authority, named }, i) =>
      [
        `server ${authority} ${host}:${port}`,
        "check observe layer4 error-limit 1 on-error mark-down on-marked-down shutdown-sessions tcp-ut 500ms",
        i > 0 && "backup",
        named && "resolvers cluster resolve-prefer ipv4 init-addr none",
        tls && `ssl ca-file ${CAS} verify required verifyhost ${host} sni str(${host}) check-sni ${host}`,
      ]
        .filter(Boolean)
        .join(" "),
    ),
  );
}

/**
 * The path of the endpoint that gets the request, before the request's own. Logs have the request's alone. Slashes at
 * the beginning of a path, and spaces at its end, are those of who made the Secret.
 */
function pathLines(upstream: Upstream, endpoints: readonly DaEndpoint[]): string[] {
  if (pathEnv([upstream]).length === 0) return [];
  const own = (_: DaEndpoint, i: number) => {
    const variable = pathVariable(upstream, i);
    return `set-var(txn.path) ${variable ? `env(${variable}),ltrim(/),regsub([[:space:]]+$,)` : "str()"}`;
  };
  return [...ofFirstUp(upstream.name, endpoints, own), "http-request set-path /%[var(txn.path)]%[path,regsub(^/$,)]"];
}

/** An action for the first endpoint that is up, which gets the request: later lines set over earlier ones. */
function ofFirstUp(
  name: string,
  endpoints: readonly DaEndpoint[],
  action: (endpoint: DaEndpoint, i: number) => string,
): string[] {
  return endpoints
    .map((endpoint, i) => {
      const last = i === endpoints.length - 1;
      const condition = last ? "" : ` if { srv_is_up(${name}/${endpoint.authority}) }`;
      return `http-request ${action(endpoint, i)}${condition}`;
    })
    .reverse();
}
