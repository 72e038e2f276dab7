import { BootstrapNode, dependOn, FullNode } from "../../../../constructs";
import { terraformOf } from "../../../../testing";
import { base, newStack } from "../../fixtures";

test("every resource of a construct comes after every resource of another", () => {
  const stack = newStack();
  const boot = new BootstrapNode(stack, "Boot", base);
  const full = new FullNode(stack, "Full", base);
  dependOn([full], [boot]);

  const { resource } = terraformOf(stack) as { resource: Record<string, Record<string, { depends_on?: string[] }>> };
  const all = Object.entries(resource).flatMap(([type, byId]) =>
    Object.entries(byId).map(([id, { depends_on: after = [] }]) => ({ address: `${type}.${id}`, after })),
  );
  const first = all.filter(({ address }) => address.includes(".Boot_")).map(({ address }) => address);
  const then = all.filter(({ address }) => address.includes(".Full_"));
  expect([first.length > 5, then.length > 5]).toEqual([true, true]);
  for (const { after } of then) expect(after).toEqual(expect.arrayContaining(first));
});
