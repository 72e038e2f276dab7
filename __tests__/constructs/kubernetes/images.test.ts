import { canonical, mirrored } from "../../../constructs/kubernetes/vocabulary/images";

const DIGEST = `sha256:${"a".repeat(64)}`;

test.each([
  ["haproxy:3.2", "mirror.example.org/rollup/haproxy:3.2"],
  ["docker.io/library/haproxy:3.2", "mirror.example.org/rollup/haproxy:3.2"],
  ["aztecprotocol/aztec:4.1.2", "mirror.example.org/rollup/aztecprotocol/aztec:4.1.2"],
  ["docker.io/aztecprotocol/aztec:4.1.2", "mirror.example.org/rollup/aztecprotocol/aztec:4.1.2"],
  ["ghcr.io/x/y:1", "mirror.example.org/rollup/x/y:1"],
  ["localhost:5000/y:1", "mirror.example.org/rollup/y:1"],
  [`ghcr.io/x/y:1@${DIGEST}`, `mirror.example.org/rollup/x/y:1@${DIGEST}`],
  ["mirror.example.org/rollup/x/y:1", "mirror.example.org/rollup/x/y:1"],
  ["mirror.example.org/other/y:1", "mirror.example.org/rollup/other/y:1"],
])("%s is %s in a mirror", (image, there) => {
  expect(mirrored(image, "mirror.example.org/rollup")).toBe(there);
});

test.each([
  ["haproxy:3.2", "docker.io/library/haproxy:3.2"],
  ["docker.io/library/haproxy:3.2", "docker.io/library/haproxy:3.2"],
  ["x/y:1", "docker.io/x/y:1"],
  ["ghcr.io/x/y:1", "ghcr.io/x/y:1"],
])("%s is known as %s", (image, name) => {
  expect(canonical(image)).toBe(name);
});

test("fails on an image whose registry only Terraform knows", () => {
  expect(() => mirrored("${TfToken[a.1]}/y:1", "mirror.example.org")).toThrow("must be known at synthesis");
});
