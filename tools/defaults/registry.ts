/** An image as registries know it. */
export interface Reference {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** `haproxy:3.2` is `library/haproxy` of Docker Hub; what is before the first slash is a host if it looks like one. */
export function referenceOf(image: string): Reference {
  const [name = "", digest] = image.split("@");
  const [, path = name, tag] = /^(.*?)(?::([^/:]+))?$/.exec(name) ?? [];
  const [host = "", ...rest] = path.split("/");
  const found = { ...(tag && { tag }), ...(digest && { digest }) };
  if (rest.length > 0 && /[.:]|^localhost$/.test(host)) return { registry: host, repository: rest.join("/"), ...found };
  return { registry: "docker.io", repository: rest.length > 0 ? path : `library/${path}`, ...found };
}

/** Where a registry answers. */
export type OriginOf = (registry: string) => string;

/** Docker Hub answers at another name than its images have. */
export const originOf: OriginOf = registry => `https://${registry === "docker.io" ? "registry-1.docker.io" : registry}`;

/** Every form in which an image can be: a registry calls one that is not asked for missing. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const PATIENCE_MS = 30_000;

/**
 * One repository of a registry, by the API of the OCI's distribution specification, with the anonymous token that the
 * registry offers.
 */
export class Repository {
  private authorization?: string;

  constructor(
    private readonly origin: string,
    readonly name: string,
  ) {}

  /** Whether it has this tag or digest. */
  async has(reference: string): Promise<boolean> {
    const url = `${this.origin}/v2/${this.name}/manifests/${reference}`;
    const { status } = await this.ask(url, { method: "HEAD", headers: { accept: MANIFESTS } }, [404]);
    return status === 200;
  }

  /** All its tags, page by page. */
  async tags(): Promise<string[]> {
    const found: string[] = [];
    let url: string | undefined = `${this.origin}/v2/${this.name}/tags/list?n=1000`;
    while (url) {
      const response: Response = await this.ask(url);
      const { tags } = (await response.json()) as { tags: readonly string[] | null };
      found.push(...(tags ?? []));
      const next = /<([^>]+)>;\s*rel="?next"?/.exec(response.headers.get("link") ?? "")?.[1];
      url = next && new URL(next, url).href;
    }
    return found;
  }

  private async ask(url: string, init: RequestInit = {}, accept: readonly number[] = []): Promise<Response> {
    let response = await this.request(url, init);
    if (response.status === 401 && !this.authorization) {
      this.authorization = await anonymous(response.headers.get("www-authenticate") ?? "");
      response = await this.request(url, init);
    }
    if (response.ok || accept.includes(response.status)) return response;
    throw new Error(`HTTP ${response.status} for ${url}`);
  }

  private request(url: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, ...(this.authorization && { authorization: this.authorization }) };
    return fetch(url, { ...init, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  }
}

/** A token for nobody, from where the registry's challenge says: `Bearer realm="…",service="…",scope="…"`. */
async function anonymous(challenge: string): Promise<string> {
  const { realm, ...asked } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  if (!/^bearer /i.test(challenge) || !realm) throw new Error(`the registry wants credentials: ${challenge}`);
  const url = new URL(realm);
  for (const [key, value] of Object.entries(asked)) url.searchParams.set(key, value);
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status} for ${url.origin}${url.pathname}`);
  const { token, access_token = token } = (await response.json()) as { token?: string; access_token?: string };
  return `Bearer ${access_token}`;
}
