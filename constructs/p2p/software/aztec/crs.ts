import type { CrsFile, P2pSoftware } from "../software";

/** Points of 64 bytes on both curves, and one of 128. */
function files(bn254Points: number, grumpkinPoints: number): readonly CrsFile[] {
  return [
    { name: "bn254_g1.dat", remote: "g1.dat", bytes: 64 * bn254Points },
    { name: "bn254_g2.dat", remote: "g2.dat", bytes: 128 },
    { name: "grumpkin_g1.flat.dat", remote: "grumpkin_g1.dat", bytes: 64 * grumpkinPoints },
  ];
}

/**
 * What the software loads before it starts, and from where. Hosts and file names are those of `@aztec/bb.js` 4.1.2
 * (`crs/net_crs.js`, `crs/node/index.js`), which reads no variable for another host. Numbers of points are those of
 * `@aztec/aztec` 4.1.2 (`cli/util.js`): 4 MiB to verify, 2 GiB to prove.
 */
export const CRS: P2pSoftware["crs"] = {
  urls: ["https://crs.aztec-cdn.foundation", "https://crs.aztec-labs.com"],
  verifying: files(2, 2 ** 16 + 1),
  proving: files(2 ** 25 + 1, 2 ** 18 + 1),
};
