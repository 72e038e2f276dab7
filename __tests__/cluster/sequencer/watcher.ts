import { spawn } from "node:child_process";
import { join } from "node:path";
import { conflicts, type Sample } from "../../../cli/drill/gaps";
import type { Command } from "../driver/driver";
import { until } from "../driver/kubectl";
import { run } from "../driver/run";

export interface Member {
  readonly name: string;
  readonly address: string;
}

const PROGRAM = join(__dirname, "watch.mjs");

/** A program of Node.js in some place, which ends when its input does. */
class NodeProgram {
  output = "";
  private readonly process;
  private readonly ended: Promise<unknown>;

  constructor(place: Command, program: string, request: object) {
    const [command = "", ...args] = place(["node", program, JSON.stringify(request)]);
    this.process = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.process.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    this.ended = new Promise(resolve => this.process.on("close", resolve));
  }

  async stop(): Promise<string> {
    this.process.stdin.end();
    await this.ended;
    return this.output;
  }
}

/** watch.mjs, until `stop`. */
export class Watch {
  private readonly program: NodeProgram;

  constructor(place: Command, members: readonly Member[], leader: "raft" | "lease" = "raft") {
    this.program = new NodeProgram(place, PROGRAM, { members, leader });
  }

  /** What was seen until now. */
  get samples(): Sample[] {
    return parseSamples(this.program.output);
  }

  async stop(): Promise<Sample[]> {
    return parseSamples(await this.program.stop());
  }
}

export interface Write {
  readonly key: string;
  readonly asked: number;
  readonly t: number;
  readonly accepted: boolean;
}

const WRITER = join(__dirname, "writes.mjs");

/** writes.mjs, until `stop`. */
export class Writer {
  private readonly program: NodeProgram;

  constructor(place: Command, url: string, prefix: string) {
    this.program = new NodeProgram(place, WRITER, { url, prefix });
  }

  async stop(): Promise<Write[]> {
    const lines = (await this.program.stop()).split("\n").slice(0, -1);
    return lines.map(line => JSON.parse(line) as Write);
  }
}

/** Which of these keys a member does not have. */
export async function missingKeys(place: Command, url: string, keys: readonly string[]): Promise<string[]> {
  const { stdout } = await run(place(["node", WRITER, JSON.stringify({ url, keys })]));
  return JSON.parse(stdout).missing;
}

/** The samples of a watch's output; a line that is not whole is left out. */
export function parseSamples(output: string): Sample[] {
  const lines = output.split("\n");
  return lines.slice(0, -1).map(line => JSON.parse(line) as Sample);
}

/**
 * Compares the blocks of all members, height by height. A member that is just restarted is asked again; a height that
 * it cannot give is an error.
 */
export async function compareBlocks(
  place: Command,
  members: readonly Member[],
  from: number,
  to: number,
): Promise<void> {
  const samples = await until("every member gives all its blocks", 180, async () => {
    const { stdout } = await run(place(["node", PROGRAM, JSON.stringify({ members, blocks: { from, to } })]));
    const given = parseSamples(stdout);
    const missing = given.filter(({ error }) => error);
    if (missing.length > 0)
      throw new Error(`${missing.length} blocks were not given, first ${JSON.stringify(missing[0])}`);
    return given;
  });
  const found = conflicts(samples);
  if (found.length > 0) throw new Error(`${found.length} heights have two blocks, first ${JSON.stringify(found[0])}`);
}
