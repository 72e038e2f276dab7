import { spawn } from "node:child_process";
import { join } from "node:path";
import { conflicts, type Sample } from "../../cli/gaps";
import { CLUSTER, driver } from "./driver";
import { until } from "./kubectl";

export interface Member {
  readonly name: string;
  readonly address: string;
}

const PROGRAM = join(__dirname, "watch.mjs");

/** watch.mjs on a node's network, until `stop`. */
export class Watch {
  private output = "";
  private readonly process;
  private readonly ended: Promise<unknown>;

  constructor(node: string, members: readonly Member[], leader: "raft" | "lease" = "raft") {
    this.process = spawn(CLUSTER, ["node", node, "node", PROGRAM, JSON.stringify({ members, leader })], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.process.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    this.ended = new Promise(resolve => this.process.on("close", resolve));
  }

  /** What was seen until now. */
  get samples(): Sample[] {
    return parseSamples(this.output);
  }

  async stop(): Promise<Sample[]> {
    this.process.stdin.end();
    await this.ended;
    return this.samples;
  }
}

export interface Write {
  readonly key: string;
  readonly asked: number;
  readonly t: number;
  readonly accepted: boolean;
}

const WRITER = join(__dirname, "writes.mjs");

/** writes.mjs on a node's network, until `stop`. */
export class Writer {
  private output = "";
  private readonly process;
  private readonly ended: Promise<unknown>;

  constructor(node: string, url: string, prefix: string) {
    this.process = spawn(CLUSTER, ["node", node, "node", WRITER, JSON.stringify({ url, prefix })], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.process.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    this.ended = new Promise(resolve => this.process.on("close", resolve));
  }

  async stop(): Promise<Write[]> {
    this.process.stdin.end();
    await this.ended;
    return this.output
      .split("\n")
      .slice(0, -1)
      .map(line => JSON.parse(line) as Write);
  }
}

/** Which of these keys a member does not have. */
export async function missingKeys(node: string, url: string, keys: readonly string[]): Promise<string[]> {
  const { stdout } = await driver.onNode(node, ["node", WRITER, JSON.stringify({ url, keys })]);
  return JSON.parse(stdout).missing;
}

/** The samples of a watch's output; a line that is not whole is left out. */
export function parseSamples(output: string): Sample[] {
  const lines = output.split("\n");
  return lines.slice(0, -1).map(line => JSON.parse(line) as Sample);
}

/** Compares the blocks of all members, height by height. A member that is just restarted is asked again; a height that it cannot give is an error. */
export async function compareBlocks(node: string, members: readonly Member[], from: number, to: number): Promise<void> {
  const samples = await until("every member gives all its blocks", 180, async () => {
    const { stdout } = await driver.onNode(node, ["node", PROGRAM, JSON.stringify({ members, blocks: { from, to } })]);
    const given = parseSamples(stdout);
    const missing = given.filter(({ error }) => error);
    if (missing.length > 0) throw new Error(`${missing.length} blocks were not given, first ${JSON.stringify(missing[0])}`);
    return given;
  });
  const found = conflicts(samples);
  if (found.length > 0) throw new Error(`${found.length} heights have two blocks, first ${JSON.stringify(found[0])}`);
}
