import {
  Annotations,
  type Construct,
  TerraformOutput,
  TerraformStack,
} from "../constructs/kubernetes/framework/terraform";
import { mergeKubernetes } from "../constructs/kubernetes/vocabulary/merge";
import { setKubernetes } from "../constructs/kubernetes/vocabulary/scope";
import { stackName } from "../values/load/environment";
import type { EnvironmentValues } from "../values/schema/environment";
import type { Section } from "../values/schema/sections";
import { configureBackend } from "./backend";
import { calledWarningsOf } from "./called";
import { connect } from "./connection";

/** One line of a stack's summary: a thing that others know by an address. */
export interface SummaryRow {
  readonly name: string;
  readonly address: string;
  readonly enr: string;
}

/** What the stacks of all sections have: state, providers and outputs. */
export abstract class EnvironmentStack extends TerraformStack {
  constructor(
    scope: Construct,
    readonly environment: string,
    section: Section,
    env: EnvironmentValues,
    providers: { readonly helm: boolean },
  ) {
    super(scope, stackName(environment, section));
    const kubernetes = mergeKubernetes(env.kubernetes, env[section]?.kubernetes);
    if (Object.keys(kubernetes).length > 0) setKubernetes(this, kubernetes);
    for (const warning of calledWarningsOf(env, section)) Annotations.of(this).addWarning(warning);
    configureBackend(this, environment, section, env);
    connect(this, env.cluster, providers);
  }

  abstract summaryRows(): SummaryRow[];

  /** The framework would resolve every element here, to find references across stacks. There are none. */
  override prepareStack(): void {
    this.ensureBackendExists();
  }

  protected output(id: string, value: unknown, description: string): void {
    new TerraformOutput(this, id, { value, description, staticId: true });
  }
}
