import type { Container, PodSpec } from "./framework/provider-types";

/** Any id from 10,000 up does not meet an account of the host. */
const USER = "10001";

/** What Pod Security `restricted` asks of a container, and a read-only root besides. */
export const CONTAINER_SECURITY: Container["securityContext"] = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

/** The same for the pod; volumes belong to its group. */
export const POD_SECURITY: PodSpec["securityContext"] = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  fsGroup: USER,
  fsGroupChangePolicy: "OnRootMismatch",
  seccompProfile: { type: "RuntimeDefault" },
};
