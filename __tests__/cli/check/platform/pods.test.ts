import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lastError, messagesOf } from "../../../../cli/check/platform/containers";
import type { LiveEvent, LivePod } from "../../../../cli/check/platform/live";
import { cannotStart, troublesOf } from "../../../../cli/check/platform/pods";
import { whyNotPulled } from "../../../../cli/check/platform/pull";
import { warningsIn } from "../../../../cli/check/platform/warnings";
import { workloadTroubles } from "../../../../cli/check/platform/workloads";

describe("what a container says when it fails", () => {
  // The last 2 KiB, as Kubernetes keeps them, of a bootstrap over SPIKE's SDK v0.19.9 whose third keeper was gone.
  const LOG = readFileSync(join(__dirname, "..", "spike-bootstrap.log"), "utf8");
  const MESSAGE =
    "failed to reach keeper 3 at https://localhost:18443 after 5 attempts; " +
    "ensure all keepers are running and rerun bootstrap";

  test("is its last error, and nothing of the lines before", () => {
    expect(lastError(LOG)).toBe(MESSAGE);
    const status = { containerStatuses: [{ name: "bootstrap", state: { terminated: { exitCode: 1, message: LOG } } }] };
    expect(messagesOf({ metadata: { name: "x" }, status })).toEqual([{ container: "bootstrap", message: MESSAGE }]);
  });

  test.each([
    ["text that is no JSON", " Failed to reach keeper 1.\n", "Failed to reach keeper 1."],
    ["a number", "7", "7"],
    ["JSON without an error", '{"level":"INFO","message":"a"}\n{"level":"INFO","message":"b"}', "b"],
    ["two errors", '{"level":"ERROR","message":"a"}\n{"level":"ERROR","message":"b"}', "b"],
    ["an error with a warning after it", '{"level":"ERROR","message":"a"}\n{"level":"WARN","message":"b"}', "a"],
  ])("of %s", (_, text, message) => {
    expect(lastError(text)).toBe(message);
  });
});

const IMAGE = "registry.example.com/team/node:1";
const READY = [{ type: "Ready", status: "True" }];
type Status = NonNullable<LivePod["status"]>;
type Container = NonNullable<Status["containerStatuses"]>[number];

const pod = (status: Status, more: Partial<LivePod> = {}): LivePod => ({
  metadata: { name: "boot-0", namespace: "p2p" },
  status: { phase: "Running", ...status },
  ...more,
});
const container = (status: Omit<Container, "name">, conditions: Status["conditions"] = []) =>
  pod({ conditions, containerStatuses: [{ name: "node", image: IMAGE, ...status }] });
const waiting = (reason: string, message?: string) => container({ state: { waiting: { reason, message } } });
const event = (
  kind: string,
  name: string,
  reason: string,
  message: string,
  at = "2026-01-01T00:00:00Z",
): LiveEvent => ({
  type: "Warning",
  reason,
  message,
  involvedObject: { kind, name },
  lastTimestamp: at,
});
const ofPod = (reason: string, message: string, at?: string) => event("Pod", "boot-0", reason, message, at);
const UNSCHEDULED = "0/3 nodes are available: 3 node(s) had untolerated taint {pool: rollup}.";

describe("a pod", () => {
  test.each<[string, LivePod]>([
    ["that is ready", container({ ready: true, state: { running: {} } }, READY)],
    [
      "whose container ended once and is ready again",
      container(
        { ready: true, restartCount: 1, state: { running: {} }, lastState: { terminated: { exitCode: 137 } } },
        READY,
      ),
    ],
    ["that is over", pod({ phase: "Succeeded" })],
    [
      "of a Job that tried again",
      pod({ phase: "Failed" }, { metadata: { name: "x", ownerReferences: [{ kind: "Job", name: "x" }] } }),
    ],
    ["that is being deleted", pod({}, { metadata: { name: "x", deletionTimestamp: new Date().toISOString() } })],
  ])("%s has no trouble", (_, given) => {
    expect(troublesOf(given)).toEqual([]);
  });

  test.each<[string, LivePod, LiveEvent[], string]>([
    [
      "that no host takes",
      pod({ phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", message: UNSCHEDULED }] }),
      [],
      `no host takes it: ${UNSCHEDULED}`,
    ],
    [
      "whose claim gets no volume",
      pod(
        {
          phase: "Pending",
          conditions: [
            { type: "PodScheduled", status: "False", message: "pod has unbound immediate PersistentVolumeClaims." },
          ],
        },
        { spec: { containers: [], volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-boot-0" } }] } },
      ),
      [event("PersistentVolumeClaim", "data-boot-0", "ProvisioningFailed", 'storageclass "fast" not found')],
      "no host takes it: pod has unbound immediate PersistentVolumeClaims.; " +
        'data-boot-0: storageclass "fast" not found',
    ],
    [
      "whose image is not there",
      waiting("ImagePullBackOff", `Back-off pulling image "${IMAGE}": ErrImagePull: ${IMAGE}: not found`),
      [],
      `node waits for image ${IMAGE}: ImagePullBackOff: its registry does not have it → correct its name and tag`,
    ],
    [
      "of whose image only an Event says why",
      waiting("ImagePullBackOff", `Back-off pulling image "${IMAGE}"`),
      [ofPod("Failed", `Failed to pull image "${IMAGE}": pull access denied`)],
      `node waits for image ${IMAGE}: ImagePullBackOff: its registry refuses, or does not have it → ` +
        "correct its name, or name a Secret in kubernetes.imagePullSecrets",
    ],
    [
      "whose Secret is missing",
      waiting("CreateContainerConfigError", 'secret "keys" not found'),
      [],
      'node waits: CreateContainerConfigError: secret "keys" not found',
    ],
    [
      "whose container ends again and again, and says nothing",
      container({
        ready: false,
        restartCount: 4,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 2, reason: "Error" } },
      }),
      [],
      "node ended with 2, restarted 4 times → kubectl logs boot-0 --container node --previous --namespace p2p",
    ],
    [
      "whose container ends again and again, and says why",
      container({
        ready: false,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 1, message: "no SVID\n" } },
      }),
      [],
      "no SVID",
    ],
    [
      "that was killed for its memory, even if it runs again",
      {
        ...container(
          {
            ready: true,
            restartCount: 1,
            state: { running: {} },
            lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
          },
          READY,
        ),
        spec: { containers: [{ name: "node", resources: { limits: { memory: "1Gi" } } }] },
      },
      [],
      "node was killed for its memory (OOMKilled), its limit is 1Gi, restarted once → raise the limit",
    ],
    [
      "that was evicted",
      pod(
        { phase: "Failed", reason: "Evicted", message: "The node was low on resource: ephemeral-storage. " },
        { spec: { containers: [], nodeName: "node1" } },
      ),
      [],
      "was evicted from node1: The node was low on resource: ephemeral-storage. → " +
        "once that is put right: kubectl delete pod boot-0 --namespace p2p",
    ],
    [
      "whose volume cannot be mounted",
      waiting("ContainerCreating"),
      [
        ofPod("FailedMount", 'MountVolume.SetUp failed for volume "keys" : secret "keys" not found'),
        ofPod("FailedScheduling", "an earlier one", "2025-12-31T00:00:00Z"),
      ],
      'does not start: FailedMount: MountVolume.SetUp failed for volume "keys" : secret "keys" not found',
    ],
    [
      "whose probe fails",
      container({ ready: false, state: { running: {} } }),
      [ofPod("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503")],
      "is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503",
    ],
    ["that only takes its time", container({ ready: false, state: { running: {} } }), [], "is not ready yet"],
    [
      "on a host that is lost",
      pod(
        {},
        {
          metadata: { name: "boot-0", deletionTimestamp: "2026-01-01T00:00:00Z" },
          spec: { containers: [], nodeName: "node1" },
        },
      ),
      [],
      "should have ended at 2026-01-01T00:00:00Z → is its host node1 lost? kubectl get node node1",
    ],
  ])("%s says so", (_, given, events, text) => {
    expect(troublesOf(given, warningsIn(events))).toEqual([text]);
  });

  test("cannot start while an image is missing or no host takes it, and can while its probe fails", () => {
    expect(cannotStart(waiting("ErrImagePull"))).toBe(true);
    expect(cannotStart(pod({ conditions: [{ type: "PodScheduled", status: "False" }] }))).toBe(true);
    expect(cannotStart(waiting("ContainerCreating"))).toBe(false);
    expect(cannotStart(container({ ready: false, state: { running: {} } }))).toBe(false);
  });
});

test.each([
  ["pull access denied, repository does not exist or may require authorization", /refuses/],
  ["unexpected status from HEAD request: 403 Forbidden", /refuses/],
  ["toomanyrequests: You have reached your pull rate limit", /limits/],
  ["dial tcp: lookup registry.example.com: no such host", /no host reaches/],
  ["dial tcp 10.0.0.1:443: i/o timeout", /no host reaches/],
  ["tls: failed to verify certificate: x509: certificate signed by unknown authority", /certificate/],
  ["rpc error: code = NotFound desc = failed to resolve reference: not found", /does not have it/],
  ["no match for platform in manifest", /does not have it/],
])("an image that cannot be pulled: %s", (said, cause) => {
  expect(whyNotPulled(IMAGE, said)).toMatch(cause);
});

test("the name of an image is no reason, and an unknown reason is told as it is", () => {
  expect(whyNotPulled("a/denied:429", "Back-off pulling image a/denied:429")).toBeUndefined();
  expect(troublesOf(waiting("ErrImagePull", "the moon"))).toEqual([
    `node waits for image ${IMAGE}: ErrImagePull: the moon`,
  ]);
});

describe("pods that are not made", () => {
  const QUOTA = 'create Pod boot-0 in StatefulSet boot failed error: pods "boot-0" is forbidden: exceeded quota: all';
  const set = (replicas: number) => ({
    kind: "StatefulSet",
    metadata: { name: "boot" },
    spec: { replicas: 1 },
    status: { replicas },
  });
  const warnings = warningsIn([event("StatefulSet", "boot", "FailedCreate", QUOTA)]);

  test("for a quota are explained, until they are there", () => {
    expect(workloadTroubles(set(0), [], warnings)).toEqual([`StatefulSet boot cannot make its pods: ${QUOTA}`]);
    expect(workloadTroubles(set(1), [], warnings)).toEqual([]);
  });

  test("of a Deployment and of a Job", () => {
    const deployment = {
      kind: "Deployment",
      metadata: { name: "proxy" },
      spec: { replicas: 2 },
      status: { conditions: [{ type: "ReplicaFailure", status: "True", message: "violates PodSecurity" }] },
    };
    expect(workloadTroubles(deployment, [], [])).toEqual([
      "Deployment proxy cannot make its pods: violates PodSecurity",
    ]);
    const job = { kind: "Job", metadata: { name: "b" }, spec: {} };
    const refused = warningsIn([event("Job", "b", "FailedCreate", "Error creating: pods is forbidden")]);
    expect(workloadTroubles(job, [], refused)).toHaveLength(1);
    const made = { metadata: { name: "b-x", ownerReferences: [{ kind: "Job", name: "b" }] } };
    expect(workloadTroubles(job, [made], refused)).toEqual([]);
  });
});
