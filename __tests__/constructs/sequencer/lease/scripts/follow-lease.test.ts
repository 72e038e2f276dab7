import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RunFiles } from "../../../../../agents/lease/run-files";
import { atEnd, folder, SHELLS, scripts } from "../../../run-script";

/** A node that says when it starts and when it is told to end, and that leaves a process of its own behind. */
const NODE = `#!/bin/sh
note() { read -r uptime _ </proc/uptime; echo "$uptime $$ $*" >>"$NODE_LOG"; }
trap 'note term; [ -e "$NODE_LOG.hung" ] || exit 0' TERM
note start "$@"
if [ -e "$NODE_LOG.broken" ]; then exit 3; fi
while [ -e "$NODE_LOG" ]; do sleep 5 & wait $! || :; done # so that none outlives the tests
`;

interface Line {
  readonly at: number;
  readonly pid: number;
  readonly text: string;
}

const uptime = () => Math.round(Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 100);

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until<T>(what: string, ask: () => T | undefined | false): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(10)) {
    const answer = ask();
    if (answer) return answer;
  }
  throw new Error(`waited 20 s in vain: ${what}`);
}

class Member {
  readonly dir = folder();
  readonly log = join(this.dir, "log");
  stderr = "";
  private child?: ChildProcess;
  exit: Promise<number | null> = Promise.resolve(null);

  constructor(private readonly shell = "/bin/sh") {
    writeFileSync(join(this.dir, "node.sh"), NODE, { mode: 0o755 });
  }
  start(env: Record<string, string> = {}): this {
    const child = spawn(join(scripts(this.shell), "follow-lease.sh"), [join(this.dir, "node.sh"), "start"], {
      env: { PATH: process.env.PATH, RUN_DIR: this.dir, NODE_LOG: this.log, RESTART_PAUSE: "0", ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr?.on("data", data => {
      this.stderr += data;
    });
    this.exit = new Promise(resolve => child.on("exit", resolve));
    this.child = child;
    members.push(this);
    return this;
  }
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }
  role(text: string): void {
    writeFileSync(join(this.dir, "role.new"), `${text}\n`);
    renameSync(join(this.dir, "role.new"), join(this.dir, "role"));
  }
  active(token: number, stopIn = 1000, killIn = stopIn + 100): { stopAt: number; killAt: number } {
    const [stopAt, killAt] = [uptime() + stopIn, uptime() + killIn];
    this.role(`active ${stopAt} ${killAt} ${token}`);
    return { stopAt, killAt };
  }
  get node(): string {
    return existsSync(join(this.dir, "node")) ? readFileSync(join(this.dir, "node"), "utf8").trim() : "";
  }
  get lines(): Line[] {
    if (!existsSync(this.log)) return [];
    return readFileSync(this.log, "utf8")
      .trimEnd()
      .split("\n")
      .map(line => {
        const [at, pid, ...text] = line.split(" ");
        return { at: Math.round(Number(at) * 100), pid: Number(pid), text: text.join(" ") };
      });
  }
  starts(role: "true" | "false"): Line[] {
    return this.lines.filter(({ text }) => text.includes(`aggregator=${role}`));
  }
  following(times = 1): Promise<Line> {
    return until(`${times} followers`, () => this.node.startsWith("standby") && this.starts("false")[times - 1]);
  }
  leading(token: number): Promise<Line> {
    return until(`aggregator ${token}`, () => {
      const last = this.starts("true").at(-1);
      return this.node === `active ${last?.pid} ${token}` && last;
    });
  }
  mark(what: "hung" | "broken"): void {
    writeFileSync(`${this.log}.${what}`, "");
  }
  async end(): Promise<void> {
    this.signal("SIGKILL");
    await this.exit;
    this.child?.stderr?.destroy();
    for (const { pid } of this.lines) {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {}
    }
  }
}

const members: Member[] = [];
atEnd(() => Promise.all(members.map(member => member.end())));

const inShells = (name: string, check: (shell: string) => Promise<void>) =>
  test.concurrent(name, async () => void (await Promise.all(SHELLS.map(check))));

inShells(
  "a node that was level when its token was taken has nothing to catch up with, and one that was not has",
  async shell => {
    const member = new Member(shell).start();
    await member.following();
    writeFileSync(join(member.dir, "level"), "7\n");
    member.active(7);
    const level = await member.leading(7);
    expect(level.text).toBe("start start --evnode.node.aggregator=true --evnode.p2p.peers=");
    member.role("standby");
    await member.following(2);
    member.active(8);
    const behind = await member.leading(8);
    expect(behind.text).toContain("--evnode.node.catchup_timeout=2s");
  },
);

inShells("follows, leads while the deadline is fresh, follows again when the role is withdrawn", async shell => {
  const member = new Member(shell).start();
  const follower = await member.following();
  expect(follower.text).toBe("start start --evnode.node.aggregator=false");
  member.active(7);
  const leader = await member.leading(7);
  expect(leader.text).toBe("start start --evnode.node.aggregator=true --evnode.node.catchup_timeout=2s");
  expect(runs(follower.pid)).toBe(false);
  member.role("standby");
  expect((await member.following(2)).pid).not.toBe(leader.pid);
  expect(runs(leader.pid)).toBe(false);
  expect(member.node).toMatch(/^standby \d+ 7$/);
});

inShells("starts a follower again when it is told to, and leaves a leader alone", async shell => {
  const member = new Member(shell).start();
  const files = new RunFiles(member.dir);
  const first = await member.following();
  files.followAnew();
  await member.following(2);
  expect(runs(first.pid)).toBe(false);
  member.active(7);
  const leader = await member.leading(7);
  files.followAnew();
  await sleep(300);
  expect(runs(leader.pid)).toBe(true);
  member.role("standby");
  const third = await member.following(3);
  await sleep(300);
  expect(runs(third.pid)).toBe(true);
});

inShells(
  "ends the aggregator at the deadline, though nobody is there to say so, and a hung one at the second",
  async shell => {
    const member = new Member(shell).start();
    await member.following();
    const { stopAt, killAt } = member.active(3, 150, 250);
    const leader = await member.leading(3);
    member.mark("hung");
    await until("its end", () => !runs(leader.pid));
    expect(uptime()).toBeGreaterThanOrEqual(killAt);
    const term = member.lines.find(({ pid, text }) => pid === leader.pid && text === "term");
    expect(term?.at).toBeGreaterThanOrEqual(stopAt);
    expect(term?.at).toBeLessThan(killAt);
    await member.following(2);
    expect(member.starts("true")).toHaveLength(1);
    rmSync(`${member.log}.hung`);
    member.signal("SIGTERM"); // that deadline is not the follower's
    expect(await member.exit).toBe(0);
    expect(member.stderr.match(/did not end on TERM/g)).toHaveLength(1);
  },
);

inShells("ends an aggregator between two blocks when the agent says so, or a second later", async shell => {
  const [told, not] = [new Member(shell).start(), new Member(shell).start()];
  await Promise.all([told.following(), not.following()]);
  const endOf = async (member: Member, { pid }: Line) => {
    await until("its end", () => !runs(pid));
    return member.lines.find(line => line.pid === pid && line.text === "term")?.at;
  };
  const files = new RunFiles(told.dir);
  for (const [token, wish] of [
    [1, () => told.role("standby")],
    [2, () => told.signal("SIGTERM")],
  ] as const) {
    files.writeBetween(); // of what was before
    told.active(token, 6000);
    const leader = await told.leading(token);
    wish();
    await sleep(300);
    expect(runs(leader.pid)).toBe(true);
    const said = uptime();
    files.writeBetween();
    expect(await endOf(told, leader)).toBeGreaterThanOrEqual(said);
  }
  not.active(1, 6000);
  const leader = await not.leading(1);
  const withdrawn = uptime();
  not.role("standby");
  expect(await endOf(not, leader)).toBeGreaterThanOrEqual(withdrawn + 120);
});

test.concurrent("a fresh deadline moves both ends", async () => {
  const member = new Member().start();
  await member.following();
  const first = member.active(1, 100, 150);
  const leader = await member.leading(1);
  const second = member.active(1, 250, 300);
  await until("the first deadlines", () => uptime() > first.killAt);
  expect(runs(leader.pid)).toBe(true);
  await until("its end", () => !runs(leader.pid));
  expect(uptime()).toBeGreaterThanOrEqual(second.stopAt);
});

inShells("an aggregator that is killed is reported; its token never runs again, a later one does", async shell => {
  const member = new Member(shell).start();
  await member.following();
  member.active(4, 6000);
  const leader = await member.leading(4);
  process.kill(leader.pid, "SIGKILL");
  await until("the report", () => member.node === `stopped ${leader.pid} 4`);
  member.role("standby");
  await member.following(2);
  member.active(4, 900);
  member.active(3, 900);
  await sleep(300);
  expect(member.starts("true")).toHaveLength(1);
  member.active(5);
  await member.leading(5);
  expect(member.starts("true")).toHaveLength(2);
});

test.concurrent("what the aggregator left behind ends with it", async () => {
  const member = new Member().start();
  await member.following();
  member.active(1, 6000);
  const leader = await member.leading(1);
  process.kill(leader.pid, "SIGKILL");
  await until("the end of its group", () => !runs(-leader.pid));
});

test.concurrent("a role from before the start is not obeyed, whatever its deadline and token say", async () => {
  const member = new Member();
  writeFileSync(join(member.dir, "node"), "active 17 8\n");
  member.active(9, 3000);
  member.start();
  await member.following();
  expect(member.node).toMatch(/ 8$/);
  await sleep(300);
  expect(member.starts("true")).toEqual([]);
  member.active(8);
  await sleep(300);
  expect(member.starts("true")).toEqual([]);
  member.active(9);
  await member.leading(9);
});

test.concurrent.each([
  "",
  "active",
  "active 1 2",
  "active x 99999999999 3",
  "active 1 2 3",
  "active 99999999998 99999999999 3",
  "leader 99999999998 99999999999 3",
])("a role of %j is a follower's", async text => {
  const member = new Member().start();
  await member.following();
  member.role(text);
  await sleep(250);
  expect(member.starts("true")).toEqual([]);
});

inShells("TERM is forwarded, and the end is reported", async shell => {
  const member = new Member(shell).start();
  writeFileSync(join(member.dir, "running"), "");
  await member.following();
  member.active(2, 6000);
  const leader = await member.leading(2);
  member.signal("SIGTERM");
  expect(await member.exit).toBe(0);
  expect(member.lines.some(({ pid, text }) => pid === leader.pid && text === "term")).toBe(true);
  expect(runs(leader.pid)).toBe(false);
  expect(member.node).toBe(`stopped ${leader.pid} 2`);
  expect(existsSync(join(member.dir, "running"))).toBe(false);
});

test.concurrent("on TERM a hung aggregator has STOP_TIMEOUT while its deadline is renewed, not beyond it", async () => {
  const [renewed, not] = [new Member().start({ STOP_TIMEOUT: "3" }), new Member().start({ STOP_TIMEOUT: "60" })];
  await Promise.all([renewed.following(), not.following()]);
  renewed.active(1, 150, 200);
  const { killAt } = not.active(1, 150, 250);
  await Promise.all([renewed.leading(1), not.leading(1)]);
  renewed.mark("hung");
  not.mark("hung");
  const told = uptime();
  renewed.signal("SIGTERM");
  not.signal("SIGTERM");
  renewed.active(1, 2000);
  expect(await Promise.all([renewed.exit, not.exit])).toEqual([0, 0]);
  expect(uptime()).toBeGreaterThanOrEqual(Math.max(told + 300, killAt));
  expect(renewed.stderr).toContain("did not end on TERM");
});

test.concurrent("a node that dies at once ends the script after five times, and the kubelet backs off", async () => {
  const member = new Member();
  member.mark("broken");
  member.start();
  expect(await member.exit).toBe(1);
  expect(member.starts("false")).toHaveLength(5);
  expect(member.stderr).toContain("five times in a row");
  expect(member.node).toMatch(/^stopped /);
});

test.concurrent("the FIFO has a writer until the last process of the container is gone", async () => {
  const member = new Member().start();
  const files = new RunFiles(member.dir);
  await member.following();
  member.active(1, 6000);
  const leader = await member.leading(1);
  expect(files.alive()).toBe(true);
  member.signal("SIGKILL");
  await member.exit;
  expect(files.alive()).toBe(true);
  process.kill(-leader.pid, "SIGKILL");
  await until("no writer", () => !files.alive());
});

test.concurrent("fails where /run/sequencer cannot be written, and says what to mount", async () => {
  const member = new Member().start({ RUN_DIR: "/proc/nowhere" });
  expect(await member.exit).toBe(1);
  expect(member.stderr).toContain("fatal: cannot make /proc/nowhere/alive: mount an emptyDir");
});
