/*! Reads a JSON-RPC answer on stdin and prints its ENR; or one line on stderr that says why there is none, and exit code 1. */
import { readFileSync } from "node:fs";
import { enrIn } from "./rpc";

try {
  process.stdout.write(`${enrIn(readFileSync(0, "utf8")).text}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
