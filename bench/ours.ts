/**
 * `ours.ts N`: synthesizes N environments through `P2pStack` and the constructs, from values in memory. The other
 * comparison measures YAML and its schema. All at once, as raw.ts and an own app do; the commands write them in turn.
 */
import { App } from "../constructs/kubernetes/framework/terraform";
import { P2pStack } from "../stacks/p2p/stack";
import { environmentNames, environmentValues } from "./environments";

const app = new App({ stackTraces: false });
for (const name of environmentNames(Number(process.argv[2]))) new P2pStack(app, name, environmentValues(name));
app.synth();
