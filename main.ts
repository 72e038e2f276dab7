import "./stacks/no-source-maps";
import { buildApp } from "./stacks/app";
import { loadEnvironments } from "./values/load";

/** Every environment in `values/` and its stacks: what `cdktf` runs. */
try {
  buildApp(loadEnvironments({ dir: "values" })).app.synth();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
