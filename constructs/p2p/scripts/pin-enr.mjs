// Preload of the node process: turns discv5's address voting off, so that the record stays at the announced address.
// Without it ten peers that saw the pod's own address rewrite the record, and a restart then strands every running
// peer. The process does not start where that is not possible, nor where it imports another copy of discv5 than this.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import module from "node:module";
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

/** Fails the import of another copy. */
function checked({ name, root, message }, specifier, resolved) {
  const isPinned = specifier === name || specifier.startsWith(`${name}/`);
  if (isPinned && !resolved.url.startsWith(root)) throw new Error(message.replace("<url>", resolved.url));
  return resolved;
}

const pinned = { name, root: `${pathToFileURL(root).href}/`, message: cannot(`loads ${name} from <url>`) };
if (module.registerHooks) {
  module.registerHooks({ resolve: (specifier, context, next) => checked(pinned, specifier, next(specifier, context)) });
} else {
  // Before Node.js 22.15 every import waits for another thread, which doubles the time that a start takes.
  const hooks = `
let pinned;
export const initialize = data => { pinned = data; };
export const resolve = async (specifier, context, next) =>
  (${checked})(pinned, specifier, await next(specifier, context));`;
  module.register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: pinned });
}
