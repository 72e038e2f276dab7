// Preload of the node process: turns discv5's address voting off, so that the record stays at the announced address.
// Without it ten peers that saw the pod's own address rewrite the record, and a restart then strands every running
// peer. The process does not start where that is not possible, nor where it imports another copy of discv5 than this.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { register } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const { PIN_ENR_MODULE: path, NODE_IMAGE: image } = process.env;
const cannot = reason =>
  `fatal: cannot pin the ENR: image ${image} ${reason}. Its layout is not the one this package knows: ` +
  "use an image it knows, or set pinEnr: false and watch the drift alert.";

const config = await import(`file://${path}`).then(
  module => module.defaultConfig,
  () => undefined,
);
if (typeof config?.enrUpdate !== "boolean") {
  console.error(cannot(`has no discv5 configuration with enrUpdate at ${path}`));
  process.exit(1);
}
config.enrUpdate = false;

let root = dirname(realpathSync(path));
while (!existsSync(join(root, "package.json"))) root = dirname(root);
const { name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

// Runs in the thread that resolves imports, where an error fails the import.
const hooks = `
let pinned;
export const initialize = data => { pinned = data; };
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const { name, root, message } = pinned;
  if (specifier !== name && !specifier.startsWith(name + "/")) return resolved;
  if (!resolved.url.startsWith(root)) throw new Error(message.replace("<url>", resolved.url));
  return resolved;
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`, {
  data: { name, root: `${pathToFileURL(root).href}/`, message: cannot(`loads ${name} from <url>`) },
});
