/**
 * `ours.ts N`: synthesizes N environments through `P2pStack` and the constructs, as `npm start` does, but from values in memory:
 * what YAML and its schema cost belongs to the other comparison.
 */
import { App } from "../constructs/terraform";
import { P2pStack } from "../stacks/p2p-stack";
import { environmentNames, environmentValues } from "./environments";

const app = new App({ stackTraces: false });
for (const name of environmentNames(Number(process.argv[2]))) new P2pStack(app, name, environmentValues(name));
app.synth();
