import type { Command } from "commander";

/** A command that throws, with all below it, where it would end the process. */
export function throwing(command: Command): Command {
  command.commands.forEach(throwing);
  return command.exitOverride();
}
