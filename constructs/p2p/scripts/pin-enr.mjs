// Preload of the node process: turns discv5's address voting off, so that the record stays at the announced address.
// Without it ten peers that saw the pod's own address rewrite the record, and a restart then strands every running
// peer.
const { PIN_ENR_MODULE: path, NODE_IMAGE: image } = process.env;

const config = await import(`file://${path}`).then(
  module => module.defaultConfig,
  () => undefined,
);
if (typeof config?.enrUpdate !== "boolean") {
  console.error(
    `fatal: cannot pin the ENR: image ${image} has no discv5 configuration with enrUpdate at ${path}. ` +
      "Its layout is not the one this package knows: " +
      "use an image it knows, or set pinEnr: false and watch the drift alert.",
  );
  process.exit(1);
}
config.enrUpdate = false;
