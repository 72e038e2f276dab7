import { isToken } from "../../../kubernetes/framework/tokens";
import { imageProblem } from "../../../kubernetes/image";
import type { Problem } from "../../../kubernetes/problem";

/** A line of Aztec's releases: the first number of a version, such as 4 of 4.1.2. */
export type AztecRelease = 4 | 5 | 6;

/** Numbers of points on both curves. */
export interface Points {
  readonly bn254: number;
  readonly grumpkin: number;
}

/** What differs from line to line. */
interface Release {
  /** Namespace of a node's JSON-RPC methods, and that of its peers. */
  readonly rpc: string;
  readonly peersRpc: string;
  /** Whether a node refuses to start without an L1 endpoint that traces transactions. */
  readonly needsDebugHosts: boolean;
  /** Variables that name the folder in which circuits are executed. */
  readonly executionDirectories: readonly string[];
  /** The services that a node asks for its public address. */
  readonly publicAddressUrls: readonly string[];
  /** The CRS: the points' names, whether they are loaded compressed, and how many verify and prove. */
  readonly crs: {
    readonly grumpkin: string;
    readonly compressed: boolean;
    readonly verifying: Points;
    readonly proving: Points;
  };
}

const ACVM = "ACVM_WORKING_DIRECTORY";
const CHECK_IP = "https://checkip.amazonaws.com/";
const PUBLIC_ADDRESS_URLS = ["https://api.ipify.org/", CHECK_IP, "https://ifconfig.me/ip", "https://icanhazip.com/"];

/**
 * Hosts, names and formats are those of bb.js (`crs/node/index.js`, `crs/net_crs.js`): 4.1.2 and 5.0.0 from npm, and
 * for 6 the source of August 2026, before it left the repository. bb.js reads no variable for another host. Numbers of
 * points are those of `aztec/src/cli/util.ts`, where line 4 had one more of each.
 */
const OLD_CRS: Release["crs"] = {
  grumpkin: "grumpkin_g1",
  compressed: false,
  verifying: { bn254: 2, grumpkin: 2 ** 16 + 1 },
  proving: { bn254: 2 ** 25 + 1, grumpkin: 2 ** 18 + 1 },
};
const NEW_CRS: Release["crs"] = {
  grumpkin: "grumpkin_g1_v2",
  compressed: true,
  verifying: { bn254: 2, grumpkin: 2 ** 16 },
  // The image of an agent brings one point more than bb.js asks for (`release-image/download_bb_crs.sh`).
  proving: { bn254: 2 ** 25 + 1, grumpkin: 2 ** 18 },
};

/** The lines that the package knows, and where each was read. */
const RELEASES: Readonly<Record<AztecRelease, Release>> = {
  // `@aztec/aztec` 4.1.2 from npm, which the tests run.
  4: {
    rpc: "node",
    peersRpc: "p2p",
    needsDebugHosts: false,
    executionDirectories: [ACVM],
    publicAddressUrls: [CHECK_IP],
    crs: OLD_CRS,
  },
  // `aztec-labs-eng/aztec-node` at its documentation of 5.2.0 and at v6.0.0-nightly.20260822.
  5: {
    rpc: "aztec",
    peersRpc: "aztec",
    needsDebugHosts: false,
    executionDirectories: [ACVM],
    publicAddressUrls: PUBLIC_ADDRESS_URLS,
    crs: NEW_CRS,
  },
  6: {
    rpc: "aztec",
    peersRpc: "aztec",
    needsDebugHosts: true,
    // The release notes of 6.0.0 have the new name, its source of August the old one.
    executionDirectories: [ACVM, "NOIR_EXECUTE_WORKING_DIRECTORY"],
    publicAddressUrls: PUBLIC_ADDRESS_URLS,
    crs: NEW_CRS,
  },
};

/** An image with its line. */
export interface Released {
  readonly image: string;
  readonly release?: AztecRelease;
}

/** The line of an image; the newest one where none is known, which `releaseProblems` refuses. */
export function releaseOf(props: Released): Release {
  return RELEASES[lineOf(props) as AztecRelease] ?? { ...RELEASES[6], needsDebugHosts: false };
}

/** The line that is given, or else that of the tag. */
export function lineOf({ image, release }: Released): number | undefined {
  return release ?? lineOfTag(image);
}

/** Why it is not known which line an image is of. */
export function releaseProblems({ image, release }: Released): Problem[] {
  const lines = Object.keys(RELEASES)
    .join(", ")
    .replace(/, (\d)$/, " or $1");
  if (release !== undefined) return release in RELEASES ? contradiction(image, release) : [unknown(release, lines)];
  if (imageProblem(image, false)) return [];
  const line = lineOfTag(image);
  if (line !== undefined && line in RELEASES) return [];
  const message = isToken(image)
    ? "the release line of the image must be known at synthesis, and its tag is a token"
    : line === undefined
      ? `the release line of image "${image}" cannot be read from its name`
      : `image "${image}" is of release line ${line}, which this package does not know`;
  return [{ path: ["image"], message, remedy: called => `give ${called("release")}: ${lines}` }];
}

function unknown(release: number, lines: string): Problem {
  return { path: ["release"], message: `${release} is not a release line of Aztec`, remedy: `use ${lines}` };
}

function contradiction(image: string, release: number): Problem[] {
  const line = lineOfTag(image);
  if (line === undefined || !(line in RELEASES) || line === release) return [];
  const message = `is ${release}, but the tag of image "${image}" is of line ${line}`;
  return [{ path: ["release"], message, remedy: "leave it out, or give that line" }];
}

/** The first number of a tag that is a version, as `4.1.2` or `v6.0.0-rc.1`. */
function lineOfTag(image: string): number | undefined {
  const [name = ""] = image.split("@");
  const major = /:v?(\d+)\.\d+\.\d+[\w.-]*$/.exec(name)?.[1];
  return major === undefined ? undefined : Number(major);
}
