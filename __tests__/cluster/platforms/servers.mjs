// Stands in for what a company has around its cluster, all of it with a certificate of the company's own CA:
//   FORWARD   "port:host:port …": TLS at the first port, in front of a server that has none
//   port 8443 /crs/…, as many zeros as are asked for; /scc, the user and the group that OpenShift's SCC restricted-v2
//             gives pods at admission
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { connect } from "node:net";
import { createServer as createTlsServer } from "node:tls";

const USER = 1_000_650_000;
const files = { key: readFileSync("/tls/tls.key"), cert: readFileSync("/tls/tls.crt") };

for (const each of process.env.FORWARD.split(" ")) {
  const [port, host, hostPort] = each.split(":");
  createTlsServer(files, caller => {
    const server = connect(Number(hostPort), host);
    caller.on("error", () => server.destroy()).pipe(server);
    server.on("error", () => caller.destroy()).pipe(caller);
  }).listen(Number(port));
}

/** What is asked for by a range of bytes. */
const zeros = range => {
  const [, first, last] = /(\d+)-(\d+)/.exec(range);
  return Buffer.alloc(last - first + 1);
};

/** A user for every container, and a group for volumes. The group of processes stays the image's, as on OpenShift. */
const patchOf = ({ spec }) => [
  { op: "add", path: "/spec/securityContext/fsGroup", value: USER },
  ...["initContainers", "containers"].flatMap(kind =>
    (spec[kind] ?? []).map((_, i) => ({
      op: "add",
      path: `/spec/${kind}/${i}/securityContext/runAsUser`,
      value: USER,
    })),
  ),
];

const review = ({ request: { uid, object } }) => {
  const patch = Buffer.from(JSON.stringify(patchOf(object))).toString("base64");
  const response = { uid, allowed: true, patchType: "JSONPatch", patch };
  return JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response });
};

createServer(files, async (request, response) => {
  if (request.url.startsWith("/crs/")) {
    response.writeHead(206).end(zeros(request.headers.range));
    return;
  }
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  response.writeHead(200, { "content-type": "application/json" }).end(review(JSON.parse(text)));
}).listen(8443);
