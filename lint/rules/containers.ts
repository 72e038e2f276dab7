import { type Handler, portNamed } from "../../manifests/read/pod";
import { eachContainer, eachPod, type Rule } from "../rule";
import { isNode } from "./roles";

const PROBES = ["startupProbe", "readinessProbe", "livenessProbe"] as const;

/** What a probe asks, without how often. */
const asked = ({ exec, httpGet, tcpSocket }: Handler = {}) => JSON.stringify([exec, httpGet, tcpSocket]);

/** Whether the same name may be another image tomorrow. */
function moves(image: string): boolean {
  const tag = /:([^/:@]+)$/.exec(image)?.[1];
  return !image.includes("@") && (tag === undefined || tag === "latest");
}

/** Images, resources, probes and environment. */
export const containers: readonly Rule[] = [
  {
    id: "image-tag",
    severity: "error",
    holds: "every image is named by a fixed tag or a digest",
    why: "under latest, two pods of one workload may run two programs",
    remedy: "name a release, or better a digest (name@sha256:…)",
    alike: ["KS container-image-tag", "KL latest-tag", "PO tagNotSpecified", "CK 14"],
    check: eachContainer(function* ({ image = "" }, at) {
      if (moves(image)) yield at("image", `has the image ${image || "of nothing"}`);
    }),
  },
  {
    id: "image-digest",
    severity: "note",
    holds: "every image is named by its digest",
    why: "a registry can serve another image under the same tag",
    remedy: "name it name@sha256:…; requireDigests: true in the values refuses tags",
    alike: ["CK 43"],
    check: eachContainer(function* ({ image = "" }, at) {
      if (!moves(image) && !/@sha256:[0-9a-f]{64}$/.test(image)) yield at("image", `has an image by tag, ${image}`);
    }),
  },
  {
    id: "image-pull-policy",
    severity: "warning",
    holds: "images are pulled only where they are absent",
    why:
      "with Always, no pod starts while the registry is down; image-tag already refuses the moving tags for which " +
      "others ask for Always",
    remedy: "set imagePullPolicy: IfNotPresent",
    alike: ["against KS container-image-pull-policy", "against PO pullPolicyNotAlways", "against CK 15"],
    check: eachContainer(function* ({ imagePullPolicy }, at) {
      if (imagePullPolicy !== "IfNotPresent")
        yield at("imagePullPolicy", `has pull policy ${imagePullPolicy ?? "of its tag"}`);
    }),
  },
  {
    id: "resources",
    severity: "error",
    holds: "every container requests CPU and memory, and has a memory limit",
    why: "without them the scheduler overcommits a host, and the kernel kills whatever it finds",
    remedy: "set requests.cpu, requests.memory and limits.memory",
    alike: [
      "KS container-resources",
      "KL unset-cpu-requirements",
      "KL unset-memory-requirements",
      "CK 10/12/13",
      "NSA C-0270/71",
    ],
    check: eachContainer(function* ({ resources }, at) {
      const { requests = {}, limits = {} } = resources ?? {};
      if (!requests.cpu) yield at("resources.requests.cpu", "requests no CPU");
      if (!requests.memory) yield at("resources.requests.memory", "requests no memory");
      if (!limits.memory) yield at("resources.limits.memory", "has no memory limit");
    }),
  },
  {
    id: "no-cpu-limit",
    severity: "warning",
    holds: "no container has a CPU limit",
    why: "a throttled node answers late, and looks like a lost peer or leader; the request reserves its CPU",
    remedy: "remove limits.cpu",
    alike: ["against KS container-resources", "against CK 11"],
    check: eachContainer(function* ({ resources }, at) {
      const { cpu } = resources?.limits ?? {};
      if (cpu) yield at("resources.limits.cpu", `has a CPU limit of ${cpu}`);
    }),
  },
  {
    id: "readiness-probe",
    severity: "error",
    holds: "every long-running pod has a readiness probe",
    why: "without it, Services send to a node that does not answer yet, and a rollout continues too early",
    remedy: "give the container that serves a readinessProbe",
    alike: ["KS pod-probes", "KL no-readiness-probe", "PO readinessProbeMissing", "CK 9"],
    check: eachPod(function* ({ kind, pod }, at) {
      if (kind !== "Job" && !pod.containers.some(({ readinessProbe }) => readinessProbe)) {
        yield at("containers", "no container has a readinessProbe");
      }
    }),
  },
  {
    id: "startup-probe",
    severity: "warning",
    holds: "every node has a startup probe",
    why: "a node syncs before it answers, and the other probes would count that as failures",
    remedy: "give it a startupProbe as long as its slowest start",
    alike: ["CK 8"],
    check: eachPod(function* (workload, at) {
      if (isNode(workload) && !workload.pod.containers[0]?.startupProbe) {
        yield at("containers[0].startupProbe", "the node has no startupProbe");
      }
    }),
  },
  {
    id: "probes-differ",
    severity: "warning",
    holds: "no liveness probe asks the same as the readiness probe",
    why: "a liveness probe that waits for the chain kills a node that syncs",
    remedy: "ask something simpler in livenessProbe, such as whether the port is open, or leave it out",
    alike: ["KS pod-probes-identical"],
    check: eachContainer(function* ({ readinessProbe, livenessProbe }, at) {
      if (livenessProbe && asked(readinessProbe) === asked(livenessProbe)) {
        yield at("livenessProbe", "has one probe for readiness and for liveness");
      }
    }),
  },
  {
    id: "probe-port",
    severity: "error",
    holds: "every probe uses a port that its container has",
    why: "it could never succeed",
    remedy: "name a port of the container",
    alike: ["KL liveness-port", "KL readiness-port", "KL startup-port"],
    check: eachContainer(function* (container, at) {
      for (const field of PROBES) {
        const { httpGet, tcpSocket } = container[field] ?? {};
        const port = (httpGet ?? tcpSocket)?.port;
        if (port !== undefined && !portNamed(container, port))
          yield at(field, `has no port ${port}, which its ${field} asks`);
      }
    }),
  },
  {
    id: "env-unique",
    severity: "error",
    holds: "no container has an environment variable twice",
    why: "only the last one counts, and a server-side apply refuses both",
    remedy: "keep one of them",
    alike: ["KS environment-variable-key-duplication"],
    check: eachContainer(function* ({ env = [] }, at) {
      for (const [i, { name }] of env.entries()) {
        if (env.findIndex(each => each.name === name) < i) yield at(`env[${i}]`, `has ${name} twice`);
      }
    }),
  },
  {
    id: "priority-class",
    severity: "note",
    holds: "every long-running pod has a priority class",
    why: "on a full node, the pods without one are evicted first",
    remedy: "set kubernetes.priorityClassName in the values",
    alike: ["PO priorityClassNotSet"],
    check: eachPod(function* ({ kind, pod }, at) {
      if (kind !== "Job" && !pod.priorityClassName) yield at("priorityClassName", "has no priority class");
    }),
  },
];
