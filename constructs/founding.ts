import type { SequencerMode } from "./sequencer";
import { Construct, DataResource } from "./terraform";

/**
 * Remembers in Terraform's state as what a sequencer was founded. Another kind or another number of members would put new members with
 * empty volumes beside the old ones: they would make a quorum of their own and sign every height again. So the plan fails, before anything
 * is changed, until the record is replaced (`terraform apply -replace=…`), which the runbooks do once the old members are gone.
 */
export class Founding extends Construct {
  /** Belongs into the lifecycle of what would start the members. */
  readonly precondition: { readonly condition: string; readonly errorMessage: string };

  constructor(
    scope: Construct,
    id: string,
    props: { readonly name: string; readonly mode: SequencerMode; readonly members: number },
  ) {
    super(scope, id);
    const as = `${props.mode} ${props.members}`;
    const record = new DataResource(this, "Resource", { input: { as }, lifecycle: { ignoreChanges: ["input"] } });
    const founded = `${record.fqn}.output.as`;
    this.precondition = {
      condition: `\${${founded} == "${as}"}`,
      errorMessage:
        `sequencer ${props.name} was founded as \${${founded}} and cannot become ${as} in place: its new members would sign every height again. ` +
        "See docs/runbooks/member-count.md, or docs/runbooks/single-to-ha.md.",
    };
  }
}
