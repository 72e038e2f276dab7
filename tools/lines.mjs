// Fails for lines of more than 120 characters in code, comments and documents, and lists them by file.
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";

const MOST = 120;

/** What nobody writes by hand, and what records a run. */
const GENERATED = [
  /(^|\/)(package-lock\.json|go\.sum)$/,
  /\.(snap|svg)$/,
  /^values\/values\.schema\.json$/,
  /^docs\/evidence\//,
  /^__tests__\/review\/plans\//,
  /^charts\/objects\/Chart\.yaml$/, // a change of it is one of every release
];

/** An ENR, say: nobody can break it. */
const UNBREAKABLE = /\S{100,}/;

/** The numbers of the lines that are too long, but for rows of tables, lines with a URL, and what a program printed. */
export function longLines(file, text) {
  if (GENERATED.some(pattern => pattern.test(file)) || text.includes("\0")) return [];
  const isMarkdown = file.endsWith(".md");
  let printed = false;
  return text.split("\n").flatMap((line, i) => {
    if (isMarkdown && line.startsWith("```")) printed = /^```(text|mermaid)$/.test(line);
    const isPrinted = isMarkdown && (printed || /^\s*\|/.test(line));
    const counts = !isPrinted && !UNBREAKABLE.test(line) && !/https?:\/\//.test(line);
    return counts && [...line].length > MOST ? [i + 1] : [];
  });
}

function main() {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
  });
  const files = listed.split("\0").filter(file => file && statSync(file, { throwIfNoEntry: false })?.isFile());
  const found = files
    .map(file => ({ file, lines: longLines(file, readFileSync(file, "utf8")) }))
    .filter(({ lines }) => lines.length > 0);
  for (const { file, lines } of found) console.error(`${file}  ${lines.length}: ${lines.join(", ")}`);
  if (found.length === 0) return;
  const total = found.reduce((sum, { lines }) => sum + lines.length, 0);
  console.error(`${total} lines in ${found.length} files have more than ${MOST} characters: break them`);
  process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
