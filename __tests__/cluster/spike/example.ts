import type { Stack } from "../driver/stack";

export const SPIKE_IMAGE = "localhost/spike-stand-in:1";
export const TIMEOUT_SECONDS = 10;

/** `drill.yaml` with the stand-in as the image of its containers. */
export const SPIKE = { dir: "__tests__/cluster/spike", name: "drill", section: "spike" } as const satisfies Stack;
export const SPIKE_SET = [
  `spike.bootstrap={keeperTimeout: ${TIMEOUT_SECONDS}s, image: "${SPIKE_IMAGE}", gateImage: "${SPIKE_IMAGE}"}`,
];

/** Values whose every bound differs from SPIKE's defaults. */
export const SDK_EXAMPLE = {
  dir: "__tests__/cluster/spike/sdk",
  name: "sdk",
  section: "spike",
} as const satisfies Stack;

/** Of its own: a suite that runs beside puts something else into the stand-in's. */
export const REPEATED_IMAGE = "localhost/spike-repeated:1";
/** Values of what is deployed twice. */
export const REPEATED = {
  dir: "__tests__/cluster/spike/repeat",
  name: "repeat",
  section: "spike",
} as const satisfies Stack;
