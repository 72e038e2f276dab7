import { spawn } from "node:child_process";
import { folder, prints, run, SHELLS } from "../../../../run-script";

const server = (id: string, suffrage: number) => ({ id, addr: `${id}.seq-headless:50050`, suffrage });
const VOTERS = ["seq-0", "seq-1", "seq-2"].map(id => server(id, 0));

interface World {
  readonly shell: string;
  readonly leads?: boolean;
  readonly servers?: readonly object[] | null;
  /** What the mesh says yes to. */
  readonly up?: readonly string[];
}

/** The changes that a leader of five asks for while its conductor lives: for a few looks. */
async function changes({ shell, leads = true, servers = VOTERS, up = [] }: World): Promise<string[]> {
  const answer = (result: unknown) => prints(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
  const patterns = up.map(name => `*/up/${name}`).join("|");
  const result = await run("keep-members.sh", {
    env: {
      POD_NAME: "seq-1",
      RUN_DIR: folder(),
      CONDUCTOR_PORT: "8547",
      ROLE_PORT: "9546",
      MEMBERS: [0, 1, 2, 3, 4].map(i => `seq-${i}=seq-${i}.seq-headless:50050`).join(" "),
    },
    args: [String(spawn("sleep", ["3"]).pid)],
    stubs: {
      curl: [
        'case "$*" in',
        `*conductor_leader*) ${answer(leads)} ;;`,
        `*conductor_clusterMembership*) ${answer({ servers, version: 0 })} ;;`,
        ...(patterns ? [`${patterns}) printf 200 ;;`] : []),
        "*/up/*) printf 503 ;;",
        `*) ${answer(null)} ;;`,
        "esac",
      ].join("\n"),
    },
    shell,
  });
  const asked = result
    .calls("curl")
    .map(line => /"method":"conductor_((?:add|remove)\w+)","params":\[(.*)\]/.exec(line));
  return [...new Set(asked.flatMap(found => (found ? [`${found[1]} ${found[2]}`] : [])))];
}

const NONVOTER = 'addServerAsNonvoter "seq-3","seq-3.seq-headless:50050",0';

describe.each(SHELLS)("under %s", shell => {
  test.concurrent("takes in a new member, one at a time", async () => {
    expect(await changes({ shell, up: ["new-3", "new-4"] })).toEqual([NONVOTER]);
  });

  test.concurrent("is not held up by one that is not there yet", async () => {
    const [change] = await changes({ shell, up: ["new-4"] });
    expect(change).toContain('addServerAsNonvoter "seq-4"');
  });

  test.concurrent("makes a level member a voter, and no other", async () => {
    const servers = [...VOTERS, server("seq-3", 1), server("seq-4", 1)];
    expect(await changes({ shell, servers, up: ["level-3"] })).toEqual([
      'addServerAsVoter "seq-3","seq-3.seq-headless:50050",0',
    ]);
    expect(await changes({ shell, servers })).toEqual([]);
  });

  test.concurrent("leaves a removed member out, and leaves every change to the leader", async () => {
    expect(await changes({ shell, up: ["level-3"] })).toEqual([]);
    expect(await changes({ shell, up: ["new-3"], leads: false })).toEqual([]);
  });

  test.concurrent("changes nothing when the conductor does not say who is a member", async () => {
    expect(await changes({ shell, up: ["new-3"], servers: null })).toEqual([]);
  });
});
