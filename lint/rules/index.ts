import type { Rule } from "../rule";
import { containers } from "./containers";
import { identity } from "./identity";
import { network } from "./network";
import { objects } from "./objects";
import { opStack } from "./op-stack";
import { podSecurity } from "./pod-security";
import { rbac } from "./rbac";
import { secrets } from "./secrets";
import { services } from "./services";
import { workloads } from "./workloads";

/** Every rule over manifests, by subject; a test compares `docs/lint-rules.md` with it. */
export const subjects = {
  "Pod Security": podSecurity,
  Containers: containers,
  Workloads: workloads,
  Access: rbac,
  Secrets: secrets,
  Network: network,
  Services: services,
  Identity: identity,
  "OP Stack": opStack,
  Objects: objects,
} as const satisfies Record<string, readonly Rule[]>;

export const rules: readonly Rule[] = Object.values(subjects).flat();
