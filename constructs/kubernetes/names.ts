/** `MyBoot` as `my-boot`. */
export function nameOf(id: string, props: { readonly name?: string }): string {
  return props.name ?? id.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
}
