import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fails, folder, run, SHELLS, type Stub } from "../../run-script";

const CRS_FILES = "g1.dat remote-g1.dat 8\ng2.dat remote-g2.dat 4";
const MIRROR = "http://mirror.tools.svc/crs";

/** Runs the script; `there` is what the folder of the CRS has already. */
async function prepare(
  env: Record<string, string>,
  { there = {}, curl, shell }: { there?: Record<string, string>; curl?: Stub; shell?: string } = {},
) {
  const CRS_PATH = folder();
  for (const [name, text] of Object.entries(there)) writeFileSync(join(CRS_PATH, name), text);
  const result = await run("prepare-crs.sh", {
    env: { CRS_PATH, CRS_FILES, ...env },
    ...(curl && { stubs: { curl } }),
    shell,
  });
  const has = Object.fromEntries(readdirSync(CRS_PATH).map(name => [name, readFileSync(join(CRS_PATH, name), "utf8")]));
  return { ...result, CRS_PATH, has };
}

/** Answers with the whole file, which is longer than what is needed. */
const whole: Stub = { [`${MIRROR}/remote-g1.dat`]: "printf 12345678more", [`${MIRROR}/remote-g2.dat`]: "printf abcd" };

describe.each(SHELLS)("under %s", shell => {
  test.concurrent("fetches what the node needs of each file, and no more", async () => {
    const { code, has, calls } = await prepare({ CRS_MIRROR: MIRROR }, { curl: whole, shell });
    expect({ code, has }).toEqual({ code: 0, has: { "g1.dat": "12345678", "g2.dat": "abcd" } });
    expect(calls("curl")).toEqual([
      `-fsSL --connect-timeout 10 -r 0-7 ${MIRROR}/remote-g1.dat`,
      `-fsSL --connect-timeout 10 -r 0-3 ${MIRROR}/remote-g2.dat`,
    ]);
  });

  test.concurrent("fetches nothing that is there", async () => {
    const there = { "g1.dat": "12345678", "g2.dat": "abcd" };
    const { code, calls } = await prepare({ CRS_MIRROR: MIRROR }, { there, curl: fails(22), shell });
    expect({ code, calls: calls("curl") }).toEqual({ code: 0, calls: [] });
  });

  test.concurrent("fails where the mirror gives too little, and leaves no file that looks whole", async () => {
    const curl = { ...(whole as object), [`${MIRROR}/remote-g2.dat`]: fails(22, "curl: (22) 404") };
    const { code, has, stderr } = await prepare({ CRS_MIRROR: MIRROR }, { curl, shell });
    expect(code).toBe(1);
    expect(Object.keys(has)).not.toContain("g2.dat");
    expect(stderr).toContain(`fatal: ${MIRROR}/remote-g2.dat gave 0 bytes, and this node needs 4.`);
  });

  test.concurrent("links the files of a claim, which stays as it is", async () => {
    const CRS_SOURCE = folder();
    for (const [name, text] of [
      ["g1.dat", "123456789"],
      ["g2.dat", "abcd"],
    ] as const) {
      writeFileSync(join(CRS_SOURCE, name), text);
    }
    const { code, has, CRS_PATH } = await prepare({ CRS_SOURCE, CRS_CLAIM: "filled" }, { shell });
    expect({ code, has }).toEqual({ code: 0, has: { "g1.dat": "123456789", "g2.dat": "abcd" } });
    expect(lstatSync(join(CRS_PATH, "g1.dat")).isSymbolicLink()).toBe(true);
    expect(readdirSync(CRS_SOURCE)).toEqual(["g1.dat", "g2.dat"]);
  });

  test.concurrent("fails where a file of the claim is too short, and names file, claim and sizes", async () => {
    const CRS_SOURCE = folder();
    writeFileSync(join(CRS_SOURCE, "g1.dat"), "123");
    const { code, has, stderr } = await prepare({ CRS_SOURCE, CRS_CLAIM: "filled" }, { shell });
    expect({ code, has }).toEqual({ code: 1, has: {} });
    expect(stderr).toContain("fatal: g1.dat of the claim filled has 3 bytes, and this node needs 8.");
  });
});
