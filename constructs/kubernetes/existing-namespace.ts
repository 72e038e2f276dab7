import { type Construct, TerraformDataSource } from "./framework/terraform";

/** Label of a namespace by which Pod Security refuses pods. */
export const POD_SECURITY = "pod-security.kubernetes.io/enforce";

export interface ExistingNamespaceProps {
  readonly name: string;
  /** The highest level that admits the pods. @default - every level does */
  readonly level?: "privileged";
}

/**
 * A namespace that somebody else owns, read by Terraform at every plan. A plan fails before anything is changed where
 * there is no such namespace, and where its labels refuse the pods.
 */
export class ExistingNamespace extends TerraformDataSource {
  constructor(scope: Construct, id: string, { name, level }: ExistingNamespaceProps) {
    super(scope, id, {
      terraformResourceType: "kubernetes_namespace_v1",
      terraformGeneratorMetadata: { providerName: "kubernetes" },
      lifecycle: {
        postcondition: [
          {
            // The provider reads one that is not there as one without a uid.
            condition: "${try(length(self.metadata[0].uid) > 0, false)}",
            errorMessage: `there is no namespace ${name}: ask its owner, or let the package make it`,
          },
          ...(level
            ? [
                {
                  condition: `\${try(self.metadata[0].labels["${POD_SECURITY}"], "${level}") == "${level}"}`,
                  errorMessage: `namespace ${name} refuses the pods: have it labelled ${POD_SECURITY}=${level}`,
                },
              ]
            : []),
        ],
      },
    });
    this.addOverride("metadata", { name });
  }
}
