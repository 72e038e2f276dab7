/**
 * `ours.ts N`: synthesizes N environments through `P2pStack` and the constructs, from values in memory: what YAML and its schema cost belongs to
 * the other comparison. All at once, as raw.ts does and an app of one's own would; the commands write environments in turn.
 */
import { App } from "../constructs/kubernetes/terraform";
import { P2pStack } from "../stacks/p2p/stack";
import { environmentNames, environmentValues } from "./environments";

const app = new App({ stackTraces: false });
for (const name of environmentNames(Number(process.argv[2]))) new P2pStack(app, name, environmentValues(name));
app.synth();
