import { oneMetadata } from "../../../../constructs/kubernetes/framework/one-metadata";
import { NamespaceV1 } from "../../../../constructs/kubernetes/framework/provider";
import { TerraformStack, Testing } from "../../../../constructs/kubernetes/framework/terraform";

interface Config {
  readonly metadata?: { readonly name: string }[];
  readonly value: number;
}

/** As the bindings of a provider are that has a list of metadata. */
class Listed {
  static readonly tfResourceType = "listed";
  readonly metadata = { get: (at: number) => this.given?.[at] };
  readonly value: number;
  private given: Config["metadata"];

  constructor(
    _: unknown,
    readonly id: string,
    config: Config,
  ) {
    this.given = config.metadata;
    this.value = config.value;
  }

  putMetadata(metadata: Config["metadata"]): void {
    this.given = metadata;
  }

  /** What the framework calls at synthesis, where it is protected. */
  synthesizeAttributes(): object {
    return { value: this.value, metadata: this.given };
  }
}

const stack = () => new TerraformStack(Testing.app(), "stack");

test("bindings that want a list get a list of the one, and Terraform the object", () => {
  const Kind = oneMetadata(Listed);
  const made = new Kind(stack(), "Id", { metadata: { name: "a" }, value: 1 });
  expect(made.metadata.get(0)).toEqual({ name: "a" });
  expect(made.synthesizeAttributes()).toEqual({ value: 1, metadata: { name: "a" } });
  expect([made.id, made.value, Kind.tfResourceType, made instanceof Listed]).toEqual(["Id", 1, "listed", true]);
});

test("overrides have one path, whichever bindings are installed", () => {
  const scope = stack();
  const namespace = new NamespaceV1(scope, "Namespace", { metadata: { name: "a", generateName: "b" } });
  namespace.addOverride("metadata.labels.team", "net");
  const { resource } = JSON.parse(Testing.synth(scope));
  expect(Object.values(resource.kubernetes_namespace_v1)).toEqual([
    expect.objectContaining({ metadata: { name: "a", generate_name: "b", labels: { team: "net" } } }),
  ]);
});
