import type { Environment } from "../values/load/environment";
import type { EnvironmentValues } from "../values/schema/environment";
import type { Check } from "./check/result";
import type { Kubectl } from "./kubernetes/kubectl";

/** What a section's policies open towards the API server. */
export interface OpenedApiServer {
  /** Whether the section has policies. */
  readonly enabled: boolean;
  readonly apiServer: readonly string[];
  readonly apiServerPorts: readonly number[];
}

/** What the commands ask of a section of the values, for environments that have it. */
export interface CliSection<E extends EnvironmentValues> {
  /** What `check` looks at, for its help. */
  readonly checks: string;
  check(kubectl: Kubectl, environment: Environment<E>): Promise<Check[]>;
  /** What its policies open towards the API server. @default its pods do not call the API server */
  apiServer?(values: E): OpenedApiServer | undefined;
  /** Throws if a deploy would do harm now; `--degraded` leaves it out. @default nothing is asked */
  beforeDeploy?(environment: Environment<E>): Promise<void>;
  /** Looks after the cluster as long as the deploy runs. @returns its exit code. @default nothing is done */
  whileDeploying?(environment: Environment<E>, deploy: () => Promise<number>): Promise<number>;
  /**
   * Says on stderr what Terraform cannot explain.
   * @returns whether all is well
   * @default nothing is asked
   */
  afterDeploy?(environment: Environment<E>, succeeded: boolean): Promise<boolean>;
}
