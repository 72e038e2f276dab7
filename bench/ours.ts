/**
 * `ours.ts N`: synthesizes N environments through `P2pStack` and the constructs, as `npm start` does, but from values in memory:
 * what YAML and its schema cost belongs to the other comparison.
 */
import { App } from "../constructs/terraform";
import { synthesizeInTurn } from "../stacks/in-turn";
import { P2pStack } from "../stacks/p2p-stack";
import { environmentNames, environmentValues } from "./environments";

const app = new App({ stackTraces: false });
const make = (name: string) => [new P2pStack(app, name, environmentValues(name))];
synthesizeInTurn(app, environmentNames(Number(process.argv[2])), make, () => undefined);
