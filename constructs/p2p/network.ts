/** Where `network-config.mjs` leaves the configuration of a named network, and how it came by it. */
export const NETWORK = { volume: "network", mountPath: "/network", statusFile: "/network/status" } as const;
