import { newerThan } from "../../../tools/defaults/newer";
import { originOf, referenceOf } from "../../../tools/defaults/registry";
import { verdictsOfCharts, verdictsOfImages } from "../../../tools/defaults/verdicts";
import { stubRegistry } from "./stub-registry";

const DIGEST = `sha256:${"a".repeat(64)}`;
const CHARTS = { spire: ["0.31.0", "0.30.1", "0.30.0"].map(version => ({ version })) };
let stub: Awaited<ReturnType<typeof stubRegistry>>;

beforeAll(async () => {
  stub = await stubRegistry({
    repositories: {
      "library/haproxy": ["3.2.25-alpine", "3.2.26", "3.2.26-alpine", "3.4.6-alpine", "3.5-dev9-alpine", "lts-alpine"],
      "evstack/ev-node-testapp": ["v1.1.4", "v1.1.5", "latest", "pr-12"],
      "own/app": [DIGEST],
    },
    files: {
      "/charts/index.yaml": `entries: ${JSON.stringify(CHARTS)}`,
    },
  });
});
afterAll(() => stub.close());

const verdicts = (...images: string[]) => verdictsOfImages(images, () => stub.origin);

test("an image is published, and has newer releases of its own line and of another", async () => {
  expect(await verdicts("haproxy:3.2.25-alpine")).toEqual([
    {
      name: "docker.io/library/haproxy:3.2.25-alpine",
      state: "published",
      detail: "newer: 3.2.26-alpine, 3.4.6-alpine",
    },
  ]);
});

test("a tag that was never pushed is missing; only the highest of a table is compared", async () => {
  expect(
    await verdicts(
      "ghcr.io/evstack/ev-node-testapp:v1.1.3",
      "ghcr.io/evstack/ev-node-testapp:v1.1.4",
      "ghcr.io/evstack/ev-node-testapp:v1.2.2",
    ),
  ).toEqual([
    { name: "ghcr.io/evstack/ev-node-testapp:v1.1.3", state: "missing", detail: "" },
    { name: "ghcr.io/evstack/ev-node-testapp:v1.1.4", state: "published", detail: "" },
    { name: "ghcr.io/evstack/ev-node-testapp:v1.2.2", state: "missing", detail: "" },
  ]);
  const [older] = await verdicts("ghcr.io/evstack/ev-node-testapp:v1.1.4");
  expect(older?.detail).toBe("newer: v1.1.5");
});

test("an image by digest is asked for by it", async () => {
  expect(await verdicts(`ghcr.io/own/app:1@${DIGEST}`)).toMatchObject([{ state: "published" }]);
  expect(stub.asked).toContain(`HEAD /v2/own/app/manifests/${DIGEST}`);
});

test("what cannot be asked is unknown, with the reason", async () => {
  const [gone] = await verdictsOfImages(["ghcr.io/a/b:1"], () => "http://127.0.0.1:1");
  expect(gone).toMatchObject({
    state: "unknown",
    detail: expect.stringMatching(/^fetch failed: .*(bad port|REFUSED)/),
  });
  const [none] = await verdicts("ghcr.io/evstack/nothing:1");
  expect(none).toMatchObject({ state: "missing", detail: expect.stringMatching(/^HTTP 404 for /) });
});

test("a chart is one of its repository's index", async () => {
  const chart = { repository: `${stub.origin}/charts/`, name: "spire", version: "0.30.0" };
  expect(
    await verdictsOfCharts([chart, { ...chart, version: "0.29.9" }, { ...chart, repository: `${stub.origin}/none/` }]),
  ).toMatchObject([
    { state: "published", detail: "newer: 0.30.1, 0.31.0" },
    { state: "missing" },
    { state: "unknown", detail: `HTTP 401 for ${stub.origin}/none/index.yaml` },
  ]);
});

test.each([
  ["haproxy:3.2", { registry: "docker.io", repository: "library/haproxy", tag: "3.2" }],
  ["a/b:1", { registry: "docker.io", repository: "a/b", tag: "1" }],
  ["ghcr.io/a/b/c:v1", { registry: "ghcr.io", repository: "a/b/c", tag: "v1" }],
  ["localhost:5000/a:1", { registry: "localhost:5000", repository: "a", tag: "1" }],
  [`quay.io/a/b@${DIGEST}`, { registry: "quay.io", repository: "a/b", digest: DIGEST }],
])("%s", (image, reference) => {
  expect(referenceOf(image)).toEqual(reference);
});

test("Docker Hub has a name of its own for its API", () => {
  expect(["docker.io", "ghcr.io"].map(originOf)).toEqual(["https://registry-1.docker.io", "https://ghcr.io"]);
});

test.each([
  ["nothing is newer", ["v1.2.3"], ["v1.2.3", "v1.2.2"], []],
  ["numbers, not text", ["v1.2.9"], ["v1.2.10"], ["v1.2.10"]],
  ["a preview is no release", ["v0.2.2"], ["v0.3.0-beta.1", "v0.3.0-beta"], []],
  ["a tag that is no release has none", ["main"], ["v1.0.0"], []],
])("%s", (_, ours, tags, newer) => {
  expect(newerThan(ours, tags)).toEqual(newer);
});
