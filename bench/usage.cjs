// Preloaded into every measured process of Node: appends its largest resident set, in MiB, to the file BENCH_USAGE.
const { appendFileSync } = require("node:fs");

process.on("exit", () => appendFileSync(process.env.BENCH_USAGE, `${process.resourceUsage().maxRSS / 1024}\n`));
