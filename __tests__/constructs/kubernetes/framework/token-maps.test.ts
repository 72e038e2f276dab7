import { execFileSync } from "node:child_process";

/**
 * Counts the stack traces that the framework takes for a stack, and the entries of its maps. It runs in a new process,
 * because other tests have changed the framework of this one.
 */
const PROGRAM = `
  require("./tools/ts.cjs");
  const { Fn, Testing, TerraformStack } = require("./constructs/kubernetes/framework/terraform");
  const { KubernetesProvider } = require("./constructs/kubernetes/framework/provider");
  const { TokenMap } = require("cdktf/lib/tokens/private/token-map");
  const { forgetTokens, recordNoTokenTraces } = require("./constructs/kubernetes/framework/token-maps");
  const { BootstrapNode, aztec } = require("./constructs");
  const { terraformOf } = require("./testing");

  function traces() {
    const { captureStackTrace } = Error;
    let taken = 0;
    Error.captureStackTrace = (...args) => { taken++; captureStackTrace(...args); };
    const stack = new TerraformStack(Testing.app(), "test");
    new KubernetesProvider(stack, "Kubernetes");
    new BootstrapNode(stack, "Boot", { namespace: "net", software: aztec({ image: "aztec:4.1.2" }) });
    Fn.lengthOf(["a number"]);
    terraformOf(stack);
    Error.captureStackTrace = captureStackTrace;
    return taken;
  }
  const maps = () => {
    const all = Object.entries(TokenMap.instance()).filter(([, kept]) => kept instanceof Map);
    return Object.fromEntries(all.map(([name, { size }]) => [name, size]));
  };
  const result = { before: traces() };
  recordNoTokenTraces();
  result.after = traces();
  result.kept = maps();
  forgetTokens();
  result.left = maps();
  process.stdout.write(JSON.stringify(result));`;

const { before, after, kept, left } = JSON.parse(
  execFileSync(process.execPath, ["-e", PROGRAM], { encoding: "utf8" }),
) as { before: number; after: number; kept: Record<string, number>; left: Record<string, number> };

test("no token has a stack trace after recordNoTokenTraces, and every one has before", () => {
  expect(before).toBeGreaterThan(50);
  expect(after).toBe(0);
});

test("the framework keeps tokens in the two maps that forgetTokens empties, and in no other", () => {
  expect(kept).toEqual({ stringTokenMap: expect.any(Number), numberTokenMap: expect.any(Number) });
  expect(Object.values(kept)).not.toContain(0);
  expect(left).toEqual({ stringTokenMap: 0, numberTokenMap: 0 });
});
