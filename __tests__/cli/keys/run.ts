import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { registerKeys } from "../../../cli/keys/keys";

/** Gives every test a new working folder, because the commands write their files there. */
export function eachInAFolder(): void {
  const start = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "keys-"));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(start);
    rmSync(folder, { recursive: true });
  });
}

/** Runs `keys` with these words, then lets go of every mock. */
export async function runKeys(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    jest.spyOn(process[stream], "write").mockImplementation(text => {
      output[stream] += text;
      return true;
    });
  }
  const program = new Command().exitOverride();
  registerKeys(program);
  try {
    await program.parseAsync(["keys", ...words], { from: "user" });
    return { code: 0, ...output };
  } catch (error) {
    return { code: (error as { exitCode: number }).exitCode, ...output };
  } finally {
    jest.restoreAllMocks();
  }
}
