import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a stub has: tags of repositories, and files of charts. */
export interface Content {
  readonly repositories: Readonly<Record<string, readonly string[]>>;
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * A registry that answers as those of images do: a challenge first, a token for nobody, which is asked for with the
 * challenge's own words, then two tags a page. `asked` has every request.
 */
export async function stubRegistry({ repositories, files = {} }: Content) {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://stub");
    asked.push(`${request.method} ${request.url}`);
    if (files[pathname] !== undefined) return void response.end(files[pathname]);
    if (pathname === "/token") {
      const scope = searchParams.get("scope");
      return void response.end(JSON.stringify({ token: `${searchParams.get("service")} ${scope}` }));
    }
    const [, name = "", what, tag = ""] = /^\/v2\/(.+)\/(tags|manifests)\/(.+)$/.exec(pathname) ?? [];
    const scope = `repository:${name}:pull`;
    if (request.headers.authorization !== `Bearer stub ${scope}`) {
      const challenge = `Bearer realm="${origin()}/token",service="stub",scope="${scope}"`;
      return void response.writeHead(401, { "www-authenticate": challenge }).end();
    }
    const tags = repositories[name];
    if (!tags) return void response.writeHead(404).end();
    if (what === "manifests") {
      const isAsked = `${request.headers.accept}`.includes("application/vnd.oci.image.index.v1+json");
      return void response.writeHead(isAsked && tags.includes(tag) ? 200 : 404).end();
    }
    const from = Number(searchParams.get("from") ?? 0);
    const next = from + 2 < tags.length && { link: `</v2/${name}/tags/list?from=${from + 2}>; rel="next"` };
    response.writeHead(200, { ...next }).end(JSON.stringify({ name, tags: tags.slice(from, from + 2) }));
  });
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>(listening => server.listen(0, "127.0.0.1", listening));
  return { origin: origin(), asked, close: () => new Promise(closed => server.close(closed)) };
}
