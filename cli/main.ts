#!/usr/bin/env node
import { Command } from "commander";
import { version } from "../package.json";
import { registerDeploy } from "./deploy";
import { registerKeys } from "./keys";
import { registerManifests } from "./manifests";
import { registerSchema } from "./schema";
import { registerSynth } from "./synth";
import { registerValues } from "./values";

const program = new Command("rollup-network")
  .description("deploys rollup networks on Kubernetes: p2p bootstrap nodes whose ENR never changes, and the nodes that join them")
  .version(version)
  .showHelpAfterError("(--help lists the options)");

for (const register of [registerSynth, registerManifests, registerDeploy, registerValues, registerKeys, registerSchema])
  register(program);

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
