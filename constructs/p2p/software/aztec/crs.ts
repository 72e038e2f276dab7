import type { CrsFile, P2pSoftware } from "../software";
import { type Points, type Released, releaseOf } from "./releases";

/**
 * What the software loads before it starts, and from where. From line 5 it loads the points of bn254 compressed, to 32
 * bytes each, and writes them uncompressed beside that. It prefers the uncompressed file where it is whole, which is
 * the one that a mirror or a claim has in every line: a claim is read-only, and has no room for a second form.
 */
export function crsOf(props: Released): P2pSoftware["crs"] {
  const { grumpkin, compressed, verifying, proving } = releaseOf(props).crs;
  const files = (points: Points): readonly CrsFile[] => [
    {
      name: "bn254_g1.dat",
      remote: "g1.dat",
      bytes: 64 * points.bn254,
      ...(compressed && { besidesBytes: 32 * points.bn254 }),
    },
    { name: "bn254_g2.dat", remote: "g2.dat", bytes: 128 },
    { name: `${grumpkin}.flat.dat`, remote: `${grumpkin}.dat`, bytes: 64 * points.grumpkin },
  ];
  return {
    urls: ["https://crs.aztec-cdn.foundation", "https://crs.aztec-labs.com"],
    verifying: files(verifying),
    proving: files(proving),
  };
}
