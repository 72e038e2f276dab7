import crypto, { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { createNodeKey, peerIdProblem } from "../../../../constructs/sequencer/member/node-key";

/** Ed25519 keys from their seeds, as PKCS #8. */
const keyOf = (seed: Buffer) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]),
    format: "der",
    type: "pkcs8",
  });

afterEach(() => jest.restoreAllMocks());

/** Peers of rust-libp2p's tutorial on hole punching, whose keys come from --secret-key-seed. */
test.each([
  [0, "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"],
  [1, "12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X"],
])("the key of the seed %i has the id that libp2p gives it", (byte, id) => {
  const seed = Buffer.alloc(32);
  seed[0] = byte;
  const generated = { privateKey: keyOf(seed) } as ReturnType<typeof crypto.generateKeyPairSync>;
  jest.spyOn(crypto, "generateKeyPairSync").mockReturnValue(generated as never);
  const { json, peerId } = createNodeKey();
  expect(peerId).toBe(id);
  expect(Buffer.from(JSON.parse(json).priv_key, "base64").subarray(0, 32)).toEqual(seed);
  expect(peerIdProblem(id)).toBeUndefined();
});

test("a node key has the fields of ev-node, and its halves belong together", () => {
  const { json } = createNodeKey();
  const key = JSON.parse(json);
  expect(Object.keys(key)).toEqual(["priv_key", "pub_key"]);
  const [priv, pub] = [Buffer.from(key.priv_key, "base64"), Buffer.from(key.pub_key, "base64")];
  expect([priv.length, pub.length]).toEqual([64, 32]);
  expect(priv.subarray(32)).toEqual(pub);
  const publicKey = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: pub.toString("base64url") },
    format: "jwk",
  });
  const signature = sign(null, Buffer.from("block"), keyOf(priv.subarray(0, 32)));
  expect(verify(null, Buffer.from("block"), publicKey, signature)).toBe(true);
});

test("every key is another one, with a good id", () => {
  const ids = Array.from({ length: 20 }, () => createNodeKey().peerId);
  expect(new Set(ids).size).toBe(20);
  expect(ids.map(peerIdProblem)).toEqual(ids.map(() => undefined));
});

const good = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";

test.each([
  ["nothing", "", "begins with 12D3KooW"],
  ["a secp256k1 key", "16Uiu2HAm1rJpJBcvBqpGqnVGCdWMqdBmXyZ1kGzwfhGBPVXJ4Ygt", "begins with 12D3KooW"],
  ["a multiaddr", `/p2p/${good}`, "begins with 12D3KooW"],
  ["a character that base58 lacks", good.replace("Dp", "0p"), '"0" is no character of base58'],
  ["white space around", `${good} `, '" " is no character of base58'],
  ["an id that was cut", good.slice(0, -1), "it has 51 characters instead of 52"],
  ["an id that is too long", `${good}2`, "it has 53 characters instead of 52"],
  ["a number above all keys", `12D3KooW${"z".repeat(44)}`, "does not hold an ed25519 key"],
  ["a number below all keys", `12D3KooW${"1".repeat(44)}`, "does not hold an ed25519 key"],
])("fails for %s", (_, text, message) => {
  expect(peerIdProblem(text)).toContain(`"${text}" is not the peer id of a node key: `);
  expect(peerIdProblem(text)).toContain(message);
  expect(peerIdProblem(text)).toContain('copy it from what "keys sequencer" printed');
});
