import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execute, folder, scripts } from "../../run-script";

const IMAGE = "registry.example/node:1.2.3";

/** A program that imports discv5's configuration, as the image has it, and prints what it sees first. */
function image(config: string) {
  const dir = folder();
  const module = join(dir, "node_modules/discv5/lib/config/index.js");
  mkdirSync(dirname(module), { recursive: true });
  const manifest = '{"name":"discv5","type":"module","exports":"./lib/config/index.js"}';
  writeFileSync(join(dir, "node_modules/discv5/package.json"), manifest);
  writeFileSync(module, config);
  const program = join(dir, "program.mjs");
  writeFileSync(program, 'import * as discv5 from "discv5"; console.log(JSON.stringify(discv5.defaultConfig));');
  return { module, program };
}

function start(program: string, env: Record<string, string>) {
  return execute(process.execPath, [program], { NODE_IMAGE: IMAGE, ...env });
}

const NODE_OPTIONS = `--no-warnings --import=file://${join(scripts(), "pin-enr.mjs")}`;
const DISCV5 = "export const defaultConfig = { addrVotesToUpdateEnr: 10, enrUpdate: true };";

test.concurrent("turns address voting off before the program starts, and nothing else", async () => {
  const { module, program } = image(DISCV5);
  const { code, stdout, stderr } = await start(program, { NODE_OPTIONS, PIN_ENR_MODULE: module });
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: '{"addrVotesToUpdateEnr":10,"enrUpdate":false}\n',
    stderr: "",
  });
});

test.concurrent("voting is on without it, so that the test above can fail", async () => {
  const { stdout } = await start(image(DISCV5).program, {});
  expect(JSON.parse(stdout)).toMatchObject({ enrUpdate: true });
});

test.concurrent.each([
  ["is missing", undefined],
  ["does not load", "import 'missing';"],
  ["has no configuration", "export const config = { enrUpdate: true };"],
  ["has no enrUpdate", "export const defaultConfig = { addrVotesToUpdateEnr: 10 };"],
  ["has another enrUpdate", "export const defaultConfig = { enrUpdate: () => true };"],
])(
  "fails where the module %s, with the image, the path and the remedy, and the program does not start",
  async (_, config) => {
    const { module, program } = image(DISCV5);
    const path = config === undefined ? "/usr/src/missing/index.js" : module;
    writeFileSync(module, config ?? DISCV5);
    const { code, stdout, stderr } = await start(program, { NODE_OPTIONS, PIN_ENR_MODULE: path });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      `fatal: cannot pin the ENR: image ${IMAGE} has no discv5 configuration with enrUpdate at ${path}. ` +
        "Its layout is not the one this package knows: use an image it knows, or set pinEnr: false and watch the " +
        "drift alert.\n",
    );
  },
);

test.concurrent("fails where the program imports another copy than the one that is pinned", async () => {
  const [known, own] = [image(DISCV5), image(DISCV5)];
  const { code, stdout, stderr } = await start(own.program, { NODE_OPTIONS, PIN_ENR_MODULE: known.module });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(`cannot pin the ENR: image ${IMAGE} loads discv5 from file://${own.module}. `);
});
