#!/usr/bin/env node
import "../stacks/lean-start";
import { CommanderError } from "commander";
import { failureJson, failureText } from "./failure";
import { Interrupted } from "./interrupted";
import { guardOutput, outputFailed } from "./output";
import { createProgram } from "./program";

guardOutput();
createProgram(process.argv[2])
  .parseAsync()
  .catch((error: unknown) => {
    const usage = error instanceof CommanderError; // it has said what is wrong, or printed the help
    if (error instanceof Interrupted && outputFailed()) return;
    process.exitCode = usage ? error.exitCode : error instanceof Interrupted ? 130 : 1;
    if (process.exitCode !== 0 && process.argv.includes("--json")) console.log(failureJson(error));
    if (!usage) console.error(failureText(error));
  });
