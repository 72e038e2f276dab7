import { Command } from "commander";
import { version } from "../package.json";
import { registerCheck } from "./check";
import { registerDeploy } from "./deploy";
import { registerDrill } from "./drill";
import { registerGuard } from "./guard";
import { registerKeys } from "./keys";
import { registerLint } from "./lint";
import { registerManifests } from "./manifests";
import { registerPreview } from "./preview";
import { registerReport } from "./report";
import { registerSchema } from "./schema";
import { registerSequencer } from "./sequencer";
import { registerSynth } from "./synth";
import { registerValues } from "./values";

/** `rollup-network` with all its commands. */
export function createProgram(): Command {
  const program = new Command("rollup-network")
    .description(
      "deploys rollup networks on Kubernetes: p2p bootstrap nodes whose ENR never changes, sequencers that fail over in seconds, and SPIKE",
    )
    .version(version)
    .showHelpAfterError("(--help lists the options)");
  for (const register of [
    registerSynth,
    registerManifests,
    registerLint,
    registerPreview,
    registerGuard,
    registerReport,
    registerDeploy,
    registerCheck,
    registerSequencer,
    registerDrill,
    registerValues,
    registerKeys,
    registerSchema,
  ]) {
    register(program);
  }
  return program;
}
