/**
 * The types of the tables. A table describes one Terraform block: its fields, the name of each in Kubernetes (by
 * default the same in camel case) and its type there.
 */
export type Scalar =
  | "string"
  | "int"
  | "bool"
  | "quantity"
  /** A number, or the name of a port, or a percentage. */
  | "intOrString"
  /** File permissions: octal text in Terraform, a number in Kubernetes. */
  | "mode";

export type Shape =
  | Scalar
  | { readonly list: Scalar }
  /** Keys stay as they are. */
  | { readonly map: Scalar }
  | { readonly one: Block }
  | { readonly many: Block }
  /** Blocks whose sub-blocks each become an object of their own. */
  | { readonly spread: Block }
  /** For Terraform only: Kubernetes does not get it. */
  | "ignored"
  | { readonly refused: string };

export interface Field {
  readonly shape: Shape;
  readonly as?: string;
  /**
   * What the provider sends if the field is absent (hashicorp/kubernetes 2.38). Given only if Kubernetes has another
   * default, or if it is a security decision that reviewers and policy tools read.
   */
  readonly default?: string | number | boolean;
  /** The first major version of the provider that has the field. Terraform refuses it before. */
  readonly since?: number;
  /** The provider sends the field only if a field beside it has this value. Otherwise it drops it without an error. */
  readonly when?: readonly [field: string, value: string];
}

export type Block = { readonly [terraformName: string]: Shape | Field };

export const one = (block: Block, as?: string): Field => ({ shape: { one: block }, as });
export const many = (block: Block, as?: string): Field => ({ shape: { many: block }, as });
export const refused = (reason: string): Shape => ({ refused: reason });

export const strings: Shape = { list: "string" };
export const stringMap: Shape = { map: "string" };
export const quantityMap: Shape = { map: "quantity" };
