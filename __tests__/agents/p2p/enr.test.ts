import fc from "fast-check";
import { EnrError, parseEnr } from "../../../agents/p2p/enr";
import { enrIn } from "../../../agents/p2p/rpc";
import { createBootstrapIdentity, decodeEnr } from "../../../constructs/p2p/enr";

const lib: typeof import("../../../bundles/enr-lib.cjs") = require("../../../bundles/enr-lib.cjs");

const { enr } = createBootstrapIdentity({ l1ChainId: 1, ip: "10.96.7.7", port: 40400 });

const port = fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined });
const record = fc.record({
  // @chainsafe/enr itself cannot read seq 0, nor numbers beyond the safe integers.
  seq: fc.bigInt({ min: 1n, max: 2n ** 50n }),
  ip: fc.option(fc.ipV4(), { nil: undefined }),
  tcp: port,
  udp: port,
  ver: fc.option(fc.uint8Array({ maxLength: 60 }), { nil: undefined }),
});

function encode({
  seq,
  ip,
  tcp,
  udp,
  ver,
}: {
  seq: bigint;
  ip?: string;
  tcp?: number;
  udp?: number;
  ver?: Uint8Array;
}): string {
  const key = lib.randomPrivateKey();
  const twoBytes = (value: number) => Uint8Array.of(value >> 8, value & 0xff);
  const values = {
    id: Uint8Array.from(Buffer.from("v4")),
    secp256k1: lib.SignableENR.createV4(key).publicKey,
    ...(ip === undefined ? {} : { ip: Uint8Array.from(ip.split("."), Number) }),
    ...(tcp === undefined ? {} : { tcp: twoBytes(tcp) }),
    ...(udp === undefined ? {} : { udp: twoBytes(udp) }),
    ...(ver === undefined ? {} : { ver }),
  };
  return new lib.SignableENR(values, seq, key).encodeTxt();
}

test("reads of any record what @chainsafe/enr reads, and what constructs/p2p/enr does", () => {
  fc.assert(
    fc.property(record, fields => {
      const text = encode(fields);
      const { nodeId: _, ...verified } = decodeEnr(text);
      expect(parseEnr(text)).toEqual(verified);
      const { ip, tcp, udp, publicKey } = lib.ENR.decodeTxt(text);
      expect(parseEnr(text)).toMatchObject({
        ip,
        tcp,
        udp,
        publicKey: Buffer.from(publicKey).toString("hex"),
        seq: fields.seq,
      });
    }),
    { numRuns: 60 },
  );
});

test("fails with its own error for any garbage, damaged records included", () => {
  const record = Buffer.from(enr.slice(4), "base64url");
  const damaged = fc
    .tuple(fc.nat(record.length), fc.nat(20), fc.uint8Array({ maxLength: 20 }))
    .map(([at, cut, put]) => Buffer.concat([record.subarray(0, at), put, record.subarray(at + cut)]));
  const bytes = fc
    .oneof(fc.uint8Array({ maxLength: 400 }), damaged)
    .map(content => `enr:${Buffer.from(content).toString("base64url")}`);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map(text => `enr:${text}`),
        bytes,
      ),
      text => {
        const refused = errorOf(() => parseEnr(text));
        const verified = errorOf(() => decodeEnr(text));
        // What the verifying decoder refuses beyond that is the signature.
        if (refused) expect(refused).toBeInstanceOf(EnrError);
        if (refused) expect(verified).toBeDefined();
        else if (verified) expect(verified.message).toContain("bad signature");
      },
    ),
    { numRuns: 3000 },
  );
});

function errorOf(action: () => unknown): Error | undefined {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
}

test("fails for an item that reaches beyond the list", () => {
  const bytes = Buffer.from(enr.slice(4), "base64url");
  const length = bytes.lastIndexOf("udp") + 3;
  bytes[length] = (bytes[length] as number) + 1;
  expect(() => parseEnr(`enr:${bytes.toString("base64url")}`)).toThrow("its RLP ends too early");
});

test("fails for a length with a leading zero, and for a signature of another length", () => {
  const bytes = Buffer.from(enr.slice(4), "base64url");
  const padded = Buffer.of(0xf9, 0, ...bytes.subarray(1));
  expect(() => parseEnr(`enr:${padded.toString("base64url")}`)).toThrow("not canonical");
  const [, ...content] = lib.rlpDecode(Uint8Array.from(bytes)) as Uint8Array[];
  const short = lib.rlpEncode([new Uint8Array(63), ...content]);
  expect(() => parseEnr(`enr:${Buffer.from(short).toString("base64url")}`)).toThrow(
    "must be [signature, seq, key, value, …]",
  );
});

test("takes a list as deep as its size allows", () => {
  let nested = Buffer.of(0xc0);
  while (nested.length < 296)
    nested = Buffer.concat([nested.length < 56 ? Buffer.of(0xc0 + nested.length) : header(nested.length), nested]);
  expect(() => parseEnr(`enr:${nested.toString("base64url")}`)).toThrow("not a flat list");
});

function header(length: number): Buffer {
  return length < 256 ? Buffer.of(0xf8, length) : Buffer.of(0xf9, length >> 8, length & 0xff);
}

const answers: [string, string][] = [
  ["", "empty answer"],
  ["<html>\n502</html>", "not JSON: <html> 502</html>"],
  ["null", "gave null"],
  ["[]", "expected a JSON-RPC answer with a result"],
  ['{"jsonrpc":"2.0","id":1}', "expected a JSON-RPC answer with a result"],
  ['{"jsonrpc":"2.0","id":1,"result":null}', "answered null"],
  ['{"jsonrpc":"2.0","id":1,"result":["enr:-a"]}', 'answered ["enr:-a"]'],
  ['{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}', "failed: Method not found"],
  ['{"jsonrpc":"2.0","id":1,"result":"0x00"}', 'must start with "enr:", got "0x00"'],
];

test.each(answers)("the answer %j gives a reason of one line", (answer, reason) => {
  expect(() => enrIn(answer)).toThrow(reason);
  expect(() => enrIn(answer)).not.toThrow("\n");
});
