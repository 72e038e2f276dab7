import { type IConstruct, TerraformStack } from "../framework/terraform";
import { canonical, mirrored } from "./images";

/** The original image of each name in the mirror, by app and environment. */
const became = new WeakMap<IConstruct, Map<string, string>>();

/**
 * An image in a mirror.
 * @throws Error for two images of one environment that would have the same name in the mirror
 */
export function mirroredIn(scope: IConstruct, image: string, registry: string): string {
  const there = mirrored(image, registry);
  const { root } = scope.node;
  const stack = TerraformStack.of(scope);
  const images = became.get(root) ?? new Map<string, string>();
  became.set(root, images);
  const key = `${(stack as { readonly environment?: string }).environment ?? stack.node.path} ${there}`;
  const known = images.get(key);
  const own = canonical(image);
  if (known === undefined) images.set(key, own);
  else if (known !== own) {
    throw new Error(
      `kubernetes.registry: ${known} and ${own} would both be ${there} → copy one of them under another name, and ` +
        "name that",
    );
  }
  return there;
}
