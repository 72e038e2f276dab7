/** Traffic stops within four seconds of the first answer that is missing. */
export const READY = { periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 2 } as const;

/** A sidecar or proxy is restarted after half a minute without an answer. */
export const SIDECAR_ALIVE = { periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 } as const;

/** A node or its execution client has five minutes to open its store. */
export const NODE_STARTS = { periodSeconds: 2, failureThreshold: 150 } as const;

/** A node or its execution client is restarted after a minute without an answer: a restart costs a failover. */
export const NODE_ALIVE = { periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 6 } as const;
