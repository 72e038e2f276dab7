import { Command } from "commander";
import { version } from "../package.json";

type Register = (program: Command) => void;

/** In the order of the help. Each is loaded only when it is asked for: together they load most of the package. */
const COMMANDS: Readonly<Record<string, () => Register>> = {
  synth: () => (require("./synth") as typeof import("./synth")).registerSynth,
  manifests: () => (require("./manifests") as typeof import("./manifests")).registerManifests,
  lint: () => (require("./review/lint") as typeof import("./review/lint")).registerLint,
  preview: () => (require("./review/preview") as typeof import("./review/preview")).registerPreview,
  guard: () => (require("./review/guard") as typeof import("./review/guard")).registerGuard,
  report: () => (require("./review/report") as typeof import("./review/report")).registerReport,
  deploy: () => (require("./deploy") as typeof import("./deploy")).registerDeploy,
  check: () => (require("./check/check") as typeof import("./check/check")).registerCheck,
  sequencer: () => (require("./sequencer/sequencer") as typeof import("./sequencer/sequencer")).registerSequencer,
  drill: () => (require("./drill/drill") as typeof import("./drill/drill")).registerDrill,
  values: () => (require("./values") as typeof import("./values")).registerValues,
  keys: () => (require("./keys/keys") as typeof import("./keys/keys")).registerKeys,
  schema: () => (require("./schema") as typeof import("./schema")).registerSchema,
};

/** `rollup-network` with the command that is asked for. If there is none of that name, with all: for the help. */
export function createProgram(asked?: string): Command {
  const program = new Command("rollup-network")
    .description(
      "deploy rollup networks on Kubernetes: " +
        "p2p bootstrap nodes with a stable ENR, sequencers that fail over in seconds, and SPIKE",
    )
    .version(version)
    .showHelpAfterError("(--help lists the options)")
    .exitOverride()
    .hook("preAction", (_, command) => refuseEmpty(command));
  const one = Object.keys(COMMANDS).find(name => name === asked);
  for (const [name, load] of Object.entries(COMMANDS)) if (!one || name === one) load()(program);
  return program;
}

/** Refuses an empty option value: usually an unset variable in a script. It must not silently become the default. */
function refuseEmpty(command: Command): void {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (value === "" || (Array.isArray(value) && value.includes(""))) {
      command.error(`error: ${option.long} is empty → give a value, or leave ${option.long} out`);
    }
  }
}
