import { dependable, type IConstruct, TerraformResource } from "./terraform";

/**
 * Makes Terraform create every resource at or below `dependents` after all those at or below `dependencies`, and
 * destroy them before. Call it when all of them are there: resources that are added later are not ordered. CDKTF
 * itself does not translate `node.addDependency` between constructs.
 *
 *     dependOn([myDeployment], [bootstrapNode, myConfigMap]);
 */
export function dependOn(dependents: readonly IConstruct[], dependencies: readonly IConstruct[]): void {
  const addresses = resourcesOf(dependencies).map(dependable);
  for (const resource of resourcesOf(dependents)) resource.dependsOn = [...(resource.dependsOn ?? []), ...addresses];
}

function resourcesOf(constructs: readonly IConstruct[]): TerraformResource[] {
  return constructs.flatMap(({ node }) => node.findAll()).filter(TerraformResource.isTerraformResource);
}
