import { imageProblem } from "../image";
import type { Problem } from "../problem";
import type { KubernetesProps } from "./props";

/** Containers beside those of the package whose image has no digest. Paths are paths in the props. */
export function digestProblems({ initContainers = [], sidecars = [] }: KubernetesProps): Problem[] {
  return Object.entries({ initContainers, sidecars }).flatMap(([word, containers]) =>
    containers.flatMap(({ image }, i) => {
      const fault = imageProblem(image, false) ? undefined : imageProblem(image, true);
      return fault ? [{ path: [word, i, "image"], ...fault }] : [];
    }),
  );
}
