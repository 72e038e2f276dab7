import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driver } from "./driver";
import { run } from "./run";

/** ev-node 1.2.2 as `testapp`, and `local-da`; a busybox shell and curl beside them. */
export const EVNODE_IMAGE = "localhost/evnode:1";
/** The same under another name, for a rollout to it. */
export const NEXT_EVNODE_IMAGE = "localhost/evnode:2";
/** HAProxy 3.2 or later (`haproxy.sh`), and a busybox shell. */
export const HAPROXY_IMAGE = "localhost/haproxy:test";
/** This machine's Node.js, a busybox shell and curl. */
export const NODE_IMAGE = "localhost/node:20";

const FOLDERS: Record<string, string> = {
  [EVNODE_IMAGE]: "evnode",
  [NEXT_EVNODE_IMAGE]: "evnode",
  [HAPROXY_IMAGE]: "haproxy",
  [NODE_IMAGE]: "node",
};
const BUILD = join(__dirname, "..", "sequencer", "evnode", "build.sh");

/** Makes the images and puts them on every node. The first build of the Go programs takes some minutes. */
export async function loadImages(names: readonly string[] = [EVNODE_IMAGE, HAPROXY_IMAGE, NODE_IMAGE]): Promise<void> {
  await inTemporaryFolder("images-", async root => {
    await run(["sh", BUILD, root]);
    for (const name of names) {
      const folder = FOLDERS[name];
      if (!folder) throw new Error(`no image "${name}": one of ${Object.keys(FOLDERS).join(", ")}`);
      await driver.image(name, join(root, folder));
    }
  });
}

/** Release of the HAProxy in its image. */
export async function haproxyVersion(): Promise<string> {
  const program = (await run(["sh", join(__dirname, "..", "haproxy", "haproxy.sh")])).stdout.trim();
  return /version (\d+\.\d+\.\d+)/.exec((await run([program, "-v"])).stdout)?.[1] ?? "of an unknown release";
}

/** What the members of one sequencer are given. */
export interface SequencerKeys {
  /** The file signer, the same one for all members. */
  readonly signerJson: string;
  readonly passphrase: string;
  /** genesis.json. */
  readonly genesis: string;
  /** Base64, as in genesis.json. */
  readonly proposerAddress: string;
  /** node_key.json and its libp2p peer id, one a member. */
  readonly nodeKeys: readonly { readonly json: string; readonly peerId: string }[];
}

/** Makes new keys and a new genesis with the software's own code. */
export function initSequencer({ members = 3, chainId = "test" } = {}): Promise<SequencerKeys> {
  return inTemporaryFolder("init-", async home => {
    const passphrase = "a passphrase for tests";
    const passphraseFile = join(home, "passphrase");
    writeFileSync(passphraseFile, passphrase);
    const programs = (await run(["sh", BUILD])).stdout.trim();
    const options = ["--home", home, "--chain_id", chainId, "--members", `${members}`];
    const testapp = join(programs, "testapp");
    const { stdout } = await run([testapp, "init", ...options, "--evnode.signer.passphrase_file", passphraseFile]);
    const made = JSON.parse(stdout) as { proposerAddress: string; peerIds: string[] };
    const read = (...path: string[]) => readFileSync(join(home, ...path), "utf8");
    return {
      signerJson: read("config", "signer.json"),
      passphrase,
      genesis: read("config", "genesis.json"),
      proposerAddress: made.proposerAddress,
      nodeKeys: made.peerIds.map((peerId, i) => ({
        json: read(i === 0 ? "config" : `member-${i}`, "node_key.json"),
        peerId,
      })),
    };
  });
}

async function inTemporaryFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
