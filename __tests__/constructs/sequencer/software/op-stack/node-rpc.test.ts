import fc from "fast-check";
import { callsOf, NODE_METHODS } from "../../../../../constructs/sequencer/software/op-stack/node-rpc";
import { ALLOWED, REFUSED } from "./calls";

const pattern = new RegExp(callsOf(NODE_METHODS));

test.each(ALLOWED)("passes %s", body => {
  expect(pattern.test(body)).toBe(true);
});

test("refuses every way to bring another method past it", () => {
  expect(REFUSED.length).toBeGreaterThan(1000);
  expect(REFUSED.filter(body => pattern.test(body))).toEqual([]);
});

/** Text of JSON with everything that readers of JSON may take in different ways. */
const piece = fc.constantFrom(
  ...['"', "\\", "{", "}", "[", "]", ":", ",", " ", "\n", '"method"', '"Method"', '"params"', '"id"', '"jsonrpc"'],
  ...['"2.0"', "1", "null", '"optimism_syncStatus"', '"admin_stopSequencer"', '"admin_sequencerActive"', "\\u006d"],
  ...[
    '{"jsonrpc":"2.0","id":1,',
    '"method":"optimism_syncStatus",',
    '"method":"conductor_stop",',
    '"params":[]}',
    "\0",
  ],
);
const body = fc.array(piece, { maxLength: 24 }).map(pieces => pieces.join(""));

test("whatever it lets through has no names but those of a call, and no methods but those that are let through", () => {
  let passed = 0;
  fc.assert(
    fc.property(body, text => {
      if (!pattern.test(text)) return;
      passed++;
      expect(text).not.toContain("\\");
      for (const [, name] of text.matchAll(/"([^"]*)"\s*:/g)) {
        expect(["id", "jsonrpc", "method", "params"]).toContain(name);
      }
      for (const [, method] of text.matchAll(/"method"\s*:\s*"([^"]*)"/gi)) {
        expect(method).toMatch(/^(optimism_[A-Za-z0-9]+|admin_sequencerActive)$/);
      }
    }),
    { numRuns: 20_000 },
  );
  expect(passed).toBeGreaterThan(0);
});

test("judges the largest body at once, whatever is in it", () => {
  const start = performance.now();
  const longest = [`[${'{"id":1,'.repeat(1000)}`, `{"method":"${"optimism_".repeat(900)}`, " ".repeat(8192)];
  for (const text of longest) expect(pattern.test(text)).toBe(false);
  expect(performance.now() - start).toBeLessThan(1000);
});
