import { execFileSync } from "node:child_process";
import { ECDH } from "node:crypto";
import fc from "fast-check";
import { createBootstrapIdentity, decodeEnr, enrMismatch } from "../../../constructs/p2p/enr";

// The library itself, to make records that constructs/p2p/enr.ts would not.
const lib: typeof import("../../../bundles/enr-lib.cjs") = require("../../../bundles/enr-lib.cjs");

const identity = createBootstrapIdentity({ l1ChainId: 31337, ip: "10.96.7.7", port: 40400 });
const bytes = (text: string) => Uint8Array.from(Buffer.from(text.slice(4), "base64url"));
const enr = (content: Uint8Array) => `enr:${Buffer.from(content).toString("base64url")}`;
const utf8 = (text: string) => Uint8Array.from(Buffer.from(text));

/** A record with any content, properly signed. */
function signed(pairs: [string, Uint8Array][], seq = Uint8Array.of(1), key = lib.randomPrivateKey()): string {
  const signer = new lib.SignableENR({ id: utf8("v4"), secp256k1: lib.SignableENR.createV4(key).publicKey }, 1n, key);
  const fields = [...new Map<string, Uint8Array>([["id", utf8("v4")], ["secp256k1", signer.publicKey], ...pairs])];
  const content = [seq, ...fields.sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, value]) => [utf8(name), value])];
  return enr(lib.rlpEncode([lib.sign("v4", lib.rlpEncode(content), key), ...content]));
}

test("the example of EIP-778 decodes to the values it documents", () => {
  const text =
    "enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8";
  expect(decodeEnr(text)).toEqual({
    text,
    nodeId: "a448f24c6d18e575453db13171562b71999873db5b286df957af199ec94617f7",
    publicKey: "03ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138",
    seq: 1n,
    ip: "127.0.0.1",
    tcp: undefined,
    udp: 30303,
  });
});

describe("a bootstrap identity", () => {
  test("is a record with seq 1 at its address, and the key that signed it", () => {
    const decoded = decodeEnr(identity.enr);
    expect(decoded).toMatchObject({ nodeId: identity.nodeId, seq: 1n, ip: "10.96.7.7", udp: 40400, tcp: undefined });
    const key = lib.privateKeyFromProtobuf(Uint8Array.from(Buffer.from(identity.privateKey, "hex")));
    expect(key.type).toBe("secp256k1");
    expect(Buffer.from(lib.SignableENR.createV4(key.raw).publicKey).toString("hex")).toBe(decoded.publicKey);
    expect(lib.SignableENR.createV4(key.raw).peerId.toString()).toBe(identity.peerId);
    expect(identity.peerId).toMatch(/^16Uiu2/);
    expect(Buffer.from(lib.ENR.decodeTxt(identity.enr).kvs.get("aztec") ?? []).toString()).toBe(
      "00-31337-00000000-0-00000000-00000000",
    );
  });

  test("has a key of its own each time", () => {
    expect(createBootstrapIdentity({ l1ChainId: 1, ip: "10.96.7.7", port: 40400 }).privateKey).not.toBe(
      identity.privateKey,
    );
  });

  test.each([
    [{ l1ChainId: 0 }, "l1 chain id 0 is not a positive integer"],
    [{ l1ChainId: 1.5 }, "l1 chain id 1.5 is not a positive integer"],
    [{ ip: "10.96.7" }, 'address "10.96.7" is not an IPv4 address'],
    [{ ip: "fd00::1" }, 'address "fd00::1" is not an IPv4 address'],
    [{ port: 0 }, "port 0 is not a port"],
    [{ port: 65536 }, "port 65536 is not a port"],
  ])("fails for %j", (wrong, message) => {
    expect(() => createBootstrapIdentity({ l1ChainId: 1, ip: "10.96.7.7", port: 40400, ...wrong })).toThrow(message);
  });
});

describe("decodeEnr fails for", () => {
  const content = bytes(identity.enr);
  const swap = (index: number, value: number) => content.map((byte, i) => (i === index ? value : byte));
  test.each([
    ["another scheme", "http://boot:8080", 'it must start with "enr:"'],
    ["nothing", "enr:", "not base64url"],
    ["padding", `${identity.enr}==`, "not base64url"],
    ["a line break", `${identity.enr}\n`, "not base64url"],
    ["a text cut off", identity.enr.slice(0, 80), "not RLP"],
    ["trailing bytes", enr(Uint8Array.of(...content, 0)), "not RLP"],
    ["over 300 bytes", signed([["x", new Uint8Array(220)]]), "at most 300 are allowed"],
    ["a string", enr(lib.rlpEncode(utf8("hello"))), "not a flat list"],
    ["a nested list", enr(lib.rlpEncode([[utf8("hello")]])), "not a flat list"],
    ["an odd number of items", enr(lib.rlpEncode([utf8("a"), utf8("b"), utf8("c")])), "got 3 items"],
    [
      "an unknown scheme",
      enr(lib.rlpEncode([new Uint8Array(64), Uint8Array.of(1), utf8("id"), utf8("v5")])),
      'only "v4"',
    ],
    [
      "no key",
      enr(lib.rlpEncode([new Uint8Array(64), Uint8Array.of(1), utf8("id"), utf8("v4")])),
      "must have 33 bytes, got 0",
    ],
    [
      "unsorted keys",
      enr(lib.rlpEncode([new Uint8Array(64), Uint8Array.of(1), ...["b", "b", "a", "a"].map(utf8)])),
      "sorted and unique",
    ],
    ["a padded seq", signed([], Uint8Array.of(0, 1)), "no valid seq"],
    ["an ip of 5 bytes", signed([["ip", new Uint8Array(5)]]), "must have 4 bytes, got 5"],
    ["port 0", signed([["udp", new Uint8Array(2)]]), "invalid udp"],
    ["another address", enr(swap(content.lastIndexOf(7), 9)), "bad signature"],
    ["another signature", enr(swap(10, (content[10] as number) ^ 1)), "bad signature"],
  ])("%s", (_, text, message) => expect(() => decodeEnr(text)).toThrow(message));

  test("a record in which any one bit was changed", () => {
    fc.assert(
      fc.property(fc.nat(content.length - 1), fc.nat(7), (index, bit) => {
        expect(() => decodeEnr(enr(swap(index, (content[index] as number) ^ (1 << bit))))).toThrow();
      }),
      { numRuns: 60 },
    );
  });
});

test("fails for an uncompressed key, which verifies as well", () => {
  const key = lib.randomPrivateKey();
  const uncompressed = ECDH.convertKey(
    lib.SignableENR.createV4(key).publicKey,
    "secp256k1",
    undefined,
    undefined,
    "uncompressed",
  ) as Buffer;
  const text = signed([["secp256k1", Uint8Array.from(uncompressed)]], undefined, key);
  expect(() => decodeEnr(text)).toThrow("must have 33 bytes, got 65");
});

test("a record may lack address and ports, and have seq 0 or the highest", () => {
  expect(decodeEnr(signed([]))).toMatchObject({ ip: undefined, tcp: undefined, udp: undefined });
  expect(decodeEnr(signed([], new Uint8Array())).seq).toBe(0n);
  expect(decodeEnr(signed([], new Uint8Array(8).fill(255))).seq).toBe(2n ** 64n - 1n);
});

test.each([
  [{ ip: "10.96.7.7", udp: 40400 }, { ip: "10.96.7.7", port: 40400 }, undefined],
  [{ ip: "10.96.7.7", udp: 40400, tcp: 40400 }, { ip: "10.96.7.7", port: 40400 }, undefined],
  [{ ip: "10.96.7.7", udp: 40400 }, { port: 40400 }, undefined],
  [{ udp: 40400 }, { port: 40400 }, undefined],
  [
    { ip: "10.96.7.9", udp: 40400 },
    { ip: "10.96.7.8", port: 40400 },
    "announces 10.96.7.9:40400, expected 10.96.7.8:40400",
  ],
  [
    { ip: "10.96.7.8", udp: 1, tcp: 40400 },
    { ip: "10.96.7.8", port: 40400 },
    "announces 10.96.7.8:1 (tcp 40400), expected 10.96.7.8:40400",
  ],
  [
    { ip: "10.96.7.8", udp: 40400, tcp: 1 },
    { port: 40400 },
    "announces 10.96.7.8:40400 (tcp 1), expected 10.96.7.8:40400",
  ],
  [
    { tcp: 40400 },
    { ip: "10.96.7.8", port: 40400 },
    "announces no address:no udp port (tcp 40400), expected 10.96.7.8:40400",
  ],
])("of %j, where %j is expected, enrMismatch says %j", (record, expected, message) => {
  expect(enrMismatch({ ...decodeEnr(identity.enr), ip: undefined, udp: undefined, ...record }, expected)).toBe(message);
});

test("importing it loads no bundle", () => {
  const script = `require("./tools/ts.cjs"); require("./constructs/p2p/enr");
    process.stdout.write(String(Object.keys(require.cache).some(file => file.includes("enr-lib"))))`;
  expect(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })).toBe("false");
});
