/*!
 * Init container that lets a pod start when everything it needs answers, and else ends with one message that says what
 * does not.
 */
import { writeFileSync } from "node:fs";
import { readConfig } from "./config";
import { Closed, pass } from "./gate";

// Process 1 ignores signals that it does not handle.
process.on("SIGTERM", () => process.exit(143));
process.on("SIGINT", () => process.exit(130));

const say = (line: string) => console.log(line);

async function main(): Promise<void> {
  const config = readConfig(process.env);
  await pass(config, say).catch((error: unknown) => {
    if (!(error instanceof Closed && config.goOn)) throw error;
    say(`${error.message} Going on without this.`);
  });
}

main().catch((error: Error) => {
  say(error instanceof Closed ? error.message : `fatal: ${error.message}`);
  try {
    writeFileSync(process.env.TERMINATION_LOG ?? "/dev/termination-log", error.message);
  } catch {
    // The log has it.
  }
  process.exit(1);
});
