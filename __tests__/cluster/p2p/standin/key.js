// The p2p key, found and kept as Aztec does: hex of a libp2p-marshalled secp256k1 private key.
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { generateKeyPair, marshalPrivateKey, unmarshalPrivateKey } from "@libp2p/crypto/keys";
import { createFromPrivKey } from "@libp2p/peer-id-factory";

const exists = file =>
  access(file).then(
    () => true,
    () => false,
  );

/**
 * PEER_ID_PRIVATE_KEY (then written to the file), else the file, else a new one, written to the file.
 * Without a file the key lives as long as the process (Aztec has a database for that case).
 * One process with several peers has a key for each: `index` > 0 never takes PEER_ID_PRIVATE_KEY and has a file of its
 * own.
 */
export const loadPeerId = async ({ privateKey, privateKeyPath, dataDirectory }, index = 0) => {
  const first = privateKeyPath ?? (dataDirectory ? path.join(dataDirectory, "p2p-private-key") : undefined);
  const file = first && index ? `${first}-${index}` : first;
  const given = index ? undefined : privateKey?.trim();
  const stored = !given && file && (await exists(file)) ? (await readFile(file, "utf8")).trim() : undefined;
  const key = given || stored || Buffer.from(marshalPrivateKey(await generateKeyPair("secp256k1"))).toString("hex");
  if (file && !stored) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, key);
  }
  return createFromPrivKey(await unmarshalPrivateKey(Buffer.from(key, "hex")));
};
