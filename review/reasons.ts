/** Why Terraform replaces a resource that is configured as before, and what to do: by the plan's `action_reason`. */
const REASONS: Readonly<Record<string, { readonly reason: string; readonly remedy: (address: string) => string }>> = {
  replace_because_tainted: {
    reason: "it is tainted: an apply of it failed, or somebody marked it",
    remedy: address => `if it runs well, tell Terraform so: terraform untaint '${address}'`,
  },
  replace_by_request: {
    reason: "the plan was asked for it with -replace",
    remedy: () => "plan without -replace",
  },
  replace_by_triggers: {
    reason: "its replace_triggered_by changed",
    remedy: () => "put back what triggers it",
  },
};

export const reasonFor = (reason: string | undefined) => (reason ? REASONS[reason]?.reason : undefined);

export const remedyFor = (reason: string | undefined, address: string | undefined) =>
  reason && address ? REASONS[reason]?.remedy(address) : undefined;
