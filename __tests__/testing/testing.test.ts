import { BootstrapNode } from "../../constructs";
import {
  Annotations,
  Aspects,
  type IConstruct,
  TerraformResource,
} from "../../constructs/kubernetes/framework/terraform";
import { expectSynthError, manifestsOf, warningsOf } from "../../testing";
import { base, newStack } from "../constructs/fixtures";

function network() {
  const stack = newStack();
  const boot = new BootstrapNode(stack, "Boot", base);
  return { stack, boot };
}

test("aspects are applied before the manifests are read", () => {
  const { stack } = network();
  const visit = (node: IConstruct) => {
    if (TerraformResource.isTerraformResource(node)) node.addOverride("metadata.annotations.team", "network");
  };
  Aspects.of(stack).add({ visit });
  const annotations = manifestsOf(stack).objects.map(({ metadata }) => metadata.annotations?.team);
  expect(new Set(annotations)).toEqual(new Set(["network"]));
});

test("a validation of a construct fails the synthesis", () => {
  const { stack, boot } = network();
  boot.node.addValidation({ validate: () => ["two leaders"] });
  expect(() => manifestsOf(stack)).toThrow("two leaders");
});

test("an error that is annotated fails it, a warning is told", () => {
  const { stack, boot } = network();
  Annotations.of(boot).addWarning("no storage class");
  expect(warningsOf(stack)).toContain("no storage class");
  Annotations.of(boot).addError("no address");
  expect(() => manifestsOf(stack)).toThrow("no address");
});

test("a stack without its provider fails as at synth", () => {
  const { stack } = network();
  stack.node.tryRemoveChild("Kubernetes");
  expectSynthError(() => stack, "without a matching provider");
});

test("the expectation of an error fails where there is none, or another", () => {
  const { stack } = network();
  expect(() => expectSynthError(() => stack, "anything")).toThrow(
    "expected the synthesis to fail with anything, but it succeeded",
  );
  const fail = () => {
    throw new Error("one thing");
  };
  expect(() => expectSynthError(fail, /another/)).toThrow(
    "expected the synthesis to fail with /another/, but it failed with: one thing",
  );
  expect(expectSynthError(fail, "one")).toBe("one thing");
});
