import "./stacks/lean-start";
import { synthesize } from "./stacks/app";
import { loadEnvironments } from "./values/load/load";

/** Every environment in `values/` and its stacks: what `cdktf` runs. */
try {
  synthesize(loadEnvironments({ dir: "values" }), () => undefined);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
