import type { Volume } from "./framework/provider";

/** The volume with the agent's token: the node's own container never sees it. */
export const AGENT_TOKEN_VOLUME: Volume = {
  name: "agent-token",
  projected: [
    {
      defaultMode: "0440",
      sources: [
        { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
        { configMap: [{ name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] }] },
      ],
    },
  ],
};
