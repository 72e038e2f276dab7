import "./stacks/no-source-maps";
import { buildApp } from "./stacks/app";
import { loadEnvironments } from "./values/load";

/** Every environment in `values/` and its stacks: what `cdktf` runs. */
buildApp(loadEnvironments({ dir: "values" })).app.synth();
