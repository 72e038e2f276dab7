// The entry point of the image, where Aztec's lies. It adds the image's own environment: a root folder has none.
import "../../../environment.mjs";

await import("../../../node_modules/@aztec/aztec/dest/bin/index.js");
