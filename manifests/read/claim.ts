import { ofKind } from "./object";

export interface ClaimSpec {
  readonly storageClassName?: string;
  readonly accessModes?: readonly string[];
  readonly resources?: { readonly requests?: { readonly storage?: string } };
}

export const claimsIn = ofKind<ClaimSpec>("PersistentVolumeClaim");
