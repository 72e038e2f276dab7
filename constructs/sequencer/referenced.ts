import type { MemberPart } from "./member/part";
import { SEQUENCER_PATHS as PATHS } from "./member/paths";
import type { SequencerProps } from "./sequencer";

/**
 * What a member takes from Secrets and ConfigMaps that exist before it: the signer, the genesis, and the token of the
 * DA.
 */
export function referencedParts({ signer, genesis, da }: SequencerProps): MemberPart[] {
  const parts: MemberPart[] = [];
  if (signer.kind === "file") {
    parts.push({
      volumes: [{ name: "signer", secret: { secretName: signer.secret, defaultMode: "0440" } }],
      mounts: [{ name: "signer", mountPath: PATHS.signer, readOnly: true }],
      env: { PASSPHRASE_FILE: `${PATHS.signer}/passphrase` },
    });
  }
  if ("configMap" in genesis) {
    parts.push({
      volumes: [{ name: "genesis", configMap: { name: genesis.configMap } }],
      mounts: [{ name: "genesis", mountPath: PATHS.genesis, readOnly: true }],
    });
  }
  if (da.authToken) {
    const { secret, key } = da.authToken;
    const items = [{ key, path: "token" }];
    parts.push({
      volumes: [{ name: "da-token", secret: { secretName: secret, defaultMode: "0440", items } }],
      mounts: [{ name: "da-token", mountPath: "/da-token", readOnly: true }],
      env: { DA_TOKEN_FILE: PATHS.daToken },
    });
  }
  return parts;
}
