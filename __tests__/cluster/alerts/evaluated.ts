import type { KubernetesObject } from "../../../manifests/objects";
import { until } from "../driver/kubectl";
import type { Monitoring } from "./monitoring";
import { rulesOf } from "./rules";

/** Waits until Prometheus has evaluated every rule among these objects, and no others, without an error. */
export async function evaluated(monitoring: Monitoring, objects: readonly KubernetesObject[]): Promise<void> {
  await until("every rule was evaluated", 90, async () => {
    const { groups } = await monitoring.api<{ groups: { rules: { name: string; health: string }[] }[] }>("rules");
    const seen = groups.flatMap(group => group.rules);
    expect(seen.filter(({ health }) => health !== "ok")).toEqual([]);
    expect(seen.map(({ name }) => name).sort()).toEqual(
      rulesOf(objects)
        .map(({ alert }) => alert)
        .sort(),
    );
    return true;
  });
}
