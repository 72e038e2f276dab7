import { plainTable } from "../../cli/table";

test("columns are as wide as their longest line, and no line ends with a space", () => {
  const rows = [
    ["net-p2p", "8 svc\n1 sts", 3],
    ["a", "", "published at start"],
  ];
  expect(plainTable(["stack", "objects", "ENR"], rows)).toBe(
    [
      " stack      objects    ENR",
      " net-p2p    8 svc      3",
      "            1 sts",
      " a                     published at start",
    ].join("\n"),
  );
});

test("a table may have more rows than a call has arguments", () => {
  expect(
    plainTable(
      ["n"],
      Array.from({ length: 200_000 }, (_, n) => [n]),
    ).split("\n"),
  ).toHaveLength(200_001);
});
