#!/usr/bin/env node
import "../stacks/no-source-maps";
import { Interrupted } from "./interrupted";
import { createProgram } from "./program";

createProgram(process.argv[2])
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof Interrupted ? 130 : 1;
  });
