/**
 * A registry on this machine for packages that npm's does not serve: their tarballs come out of wheels. npm, pnpm and
 * Yarn ask it for the scope of these packages only.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { tarballInWheel } from "./wheels.mjs";

/** Whether the registry that npm is set up with serves a package. */
export function isServed(name, version) {
  // `npm run -s` would silence its errors too.
  const view = ["view", `${name}@${version}`, "version", "--loglevel=error"];
  const { status, stdout, stderr } = spawnSync("npm", view, { encoding: "utf8" });
  if (status === 0) return stdout.trim() !== "";
  if (stderr.includes("E404")) return false;
  throw new Error(`npm view ${name}@${version}: ${stderr}`);
}

/** Yarn 4 takes no version that is younger than some days, or of unknown age. */
const OLD = "2026-01-01T00:00:00.000Z";

/** Starts the registry for versions of packages, `{ "@cdktn/provider-helm": ["15.0.0", "15.1.0"] }`. */
export async function standIn(packages, folder) {
  const server = createServer((request, response) => {
    const [, path = ""] = decodeURIComponent(request.url ?? "").split(/^\//);
    const body = bodies.get(path);
    response.writeHead(body ? 200 : 404).end(body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${server.address().port}/`;
  const bodies = new Map();
  for (const [name, versions] of Object.entries(packages)) {
    const described = {};
    for (const version of versions) {
      const tarball = tarballInWheel(name, version, folder);
      const bytes = readFileSync(tarball);
      const file = `${name}/-/${version}.tgz`;
      const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
      const shasum = createHash("sha1").update(bytes).digest("hex");
      bodies.set(file, bytes);
      const manifest = execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" });
      described[version] = { ...JSON.parse(manifest), dist: { tarball: `${url}${file}`, integrity, shasum } };
    }
    const time = Object.fromEntries(versions.map(version => [version, OLD]));
    bodies.set(name, JSON.stringify({ name, "dist-tags": { latest: versions.at(-1) }, versions: described, time }));
  }
  return { url, close: () => server.close() };
}
