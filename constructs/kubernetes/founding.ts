import { Construct, TerraformResource } from "./framework/terraform";
import { argument, isToken } from "./framework/tokens";

export interface FoundingProps {
  /** What was founded, such as `sequencer seq`. */
  readonly what: string;
  /** As what, such as `raft 3`; a change of it is refused. */
  readonly as: string;
  /** Why it cannot change in place, and where to read how it can. */
  readonly why: string;
}

/**
 * Remembers in Terraform's state as what something was founded that can never become another in place, because its
 * members or its keys would be other ones beside the old. A plan with another fails, before anything is changed, until
 * the record is taken out of the state, which the runbooks do once what was there is gone.
 */
export class Founding extends Construct {
  /** Belongs into the lifecycle of what a change would harm. */
  readonly precondition: { readonly condition: string; readonly errorMessage: string };

  constructor(scope: Construct, id: string, { what, as, why }: FoundingProps) {
    super(scope, id);
    // The framework's own class of it runs `terraform version` at every synth, and fails where there is none.
    const record = new TerraformResource(this, "Resource", {
      terraformResourceType: "terraform_data",
      terraformGeneratorMetadata: { providerName: "terraform" },
      lifecycle: { ignoreChanges: ["input"] },
    });
    record.addOverride("input", { as });
    const founded = `${record.fqn}.output.as`;
    this.precondition = {
      condition: `\${${founded} == ${isToken(as) ? argument(as) : `"${as}"`}}`,
      errorMessage: `${what} was founded as \${${founded}} and cannot become ${as} in place: ${why}`,
    };
  }
}
