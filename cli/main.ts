#!/usr/bin/env node
import "../stacks/no-source-maps";
import { failureJson, failureText } from "./failure";
import { Interrupted } from "./interrupted";
import { guardOutput } from "./output";
import { createProgram } from "./program";

guardOutput();
createProgram(process.argv[2])
  .parseAsync()
  .catch((error: unknown) => {
    if (process.argv.includes("--json")) console.log(failureJson(error));
    console.error(failureText(error));
    process.exitCode = error instanceof Interrupted ? 130 : 1;
  });
