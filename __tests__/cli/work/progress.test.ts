import { Progress } from "../../../cli/work/progress";

function said(isTTY: boolean, ...times: readonly number[]): string[] {
  const written: string[] = [];
  let now = 0;
  const progress = new Progress(1000, { isTTY, write: text => written.push(text) }, () => now);
  for (const time of times) {
    now = time;
    progress.step();
  }
  progress.end();
  return written.map(text => text.replace("\r\x1b[K", "⌫"));
}

test("work of more than a second says how far it is, ten times a second at most, and takes the line away", () => {
  expect(said(true, 200, 999, 1000, 1050, 1100, 1250)).toEqual([
    "⌫3/1000 environments",
    "⌫5/1000 environments",
    "⌫6/1000 environments",
    "⌫",
  ]);
});

test("short work says nothing, and where nobody looks it never does", () => {
  expect(said(true, 200, 999)).toEqual([]);
  expect(said(false, 200, 5000)).toEqual([]);
});
