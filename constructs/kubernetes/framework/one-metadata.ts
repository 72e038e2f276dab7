import type { Construct } from "./terraform";

type One<M> = [Extract<M, readonly unknown[]>] extends [never] ? M : Extract<M, readonly unknown[]>[number];

type Config<R extends Resource> = NonNullable<ConstructorParameters<R>[2]>;

/** A provider class with all that it has, whose `metadata` is one object. */
type WithOneMetadata<R extends Resource> = Pick<R, keyof R> &
  (new (
    scope: Construct,
    id: string,
    config: Omit<Config<R>, "metadata"> & { readonly metadata: One<Config<R>["metadata"]> },
  ) => InstanceType<R>);

// biome-ignore lint/suspicious/noExplicitAny: the constructors of the provider have this signature
type Resource = new (scope: any, id: string, config: any) => Described;

interface Described {
  readonly metadata: object;
  putMetadata(metadata: never): void;
}

/**
 * The one place that knows of which version the bindings are. hashicorp/kubernetes 3 gives some kinds a list of
 * metadata, which always holds one; version 2 gives them the object. Callers write the object for both, and it is what
 * Terraform reads, so that overrides have one path.
 */
export function oneMetadata<R extends Resource>(provided: R): WithOneMetadata<R> {
  const wrapped: unknown = new Proxy(provided, {
    construct(target, [scope, id, config], newTarget) {
      const resource = Reflect.construct(target, [scope, id, config], newTarget);
      if ("get" in resource.metadata) {
        resource.putMetadata([config.metadata]);
        const attributes: () => Attributes = Reflect.get(resource, "synthesizeAttributes").bind(resource);
        Object.defineProperty(resource, "synthesizeAttributes", { value: () => withObject(attributes()) });
      }
      return resource;
    },
  });
  return wrapped as WithOneMetadata<R>;
}

interface Attributes {
  readonly metadata: unknown;
}

const withObject = ({ metadata, ...others }: Attributes): Attributes => ({
  ...others,
  metadata: Array.isArray(metadata) && metadata.length === 1 ? metadata[0] : metadata,
});
