import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { MESH } from "../../../constructs/sequencer/mesh/ports";
import { manifestsFor } from "../driver/stack";
import { Authority, folder, PATH } from "./haproxy";

/** The files of an example's ConfigMap, with the places that they name moved into a folder of this test. */
function files(example: string, configMap: string): string {
  const { objects } = manifestsFor({ dir: "examples/sequencer", name: example, section: "sequencer" });
  const found = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === configMap);
  const dir = folder();
  const tls = new Authority().issue();
  for (const [name, text] of Object.entries((found?.data ?? {}) as Record<string, string>)) {
    writeFileSync(join(dir, name), text.replaceAll("/scripts/", `${dir}/`).replaceAll(MESH.tlsPath, tls));
  }
  return join(dir, "haproxy.cfg");
}

const members = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`MEMBER_${i}_ADDRESS`, `10.96.0.${i + 1}`]));

test.each(
  ["raft-3", "raft-5", "lease", "op-stack"].flatMap(example =>
    ["seq-mesh", "seq-proxy"].map(name => [example, name] as const),
  ),
)("HAProxy takes what the pods of %s mount as %s, without a warning", (example, name) => {
  const config = files(example, name);
  const pod = { POD_NAME: "seq-1", POD_IP: "127.0.0.1", ORDINAL: "1", RAFT_IN: "open" };
  const { status, stderr } = spawnSync("haproxy", ["-c", "-f", config], {
    encoding: "utf8",
    env: { PATH, ...members, ...pod },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringMatching(/WARNING|ALERT/) });
});
