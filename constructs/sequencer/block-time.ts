/** Upstream's. */
export const DEFAULT_BLOCK_TIME_MS = 1000;
