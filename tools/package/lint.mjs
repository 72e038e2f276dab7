// What publint and "are the types wrong?" say of a tarball, as JSON: `npm ci` here, and then `node lint.mjs <tarball>`.
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const bytes = readFileSync(process.argv[2]);
const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const { messages, pkg } = await publint({ pack: { tarball } });
const { types, problems, entrypoints } = await checkPackage(createPackageFromTarballData(bytes));
console.log(
  JSON.stringify({
    publint: messages.map(message => formatMessage(message, pkg)),
    types,
    problems,
    entrypoints: Object.keys(entrypoints ?? {}),
  }),
);
