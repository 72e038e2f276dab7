// A stand-in for SPIKE's bootstrap: the order, the log lines and the exit codes of upstream's, without its keys. It
// knocks at keepers instead of giving them shares, and notes the completion as upstream does.
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:tls";

const {
  SPIKE_NEXUS_KEEPER_PEERS: peers = "",
  SPIKE_BOOTSTRAP_KEEPER_MAX_RETRIES: retries,
  SPIKE_BOOTSTRAP_FORCE: force,
} = process.env;
const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const [token, ca, namespace] = ["token", "ca.crt", "namespace"].map(file => readFileSync(`${account}/${file}`, "utf8"));
const name = process.env.SPIKE_BOOTSTRAP_CONFIGMAP_NAME;
const log = (level, msg, fields) =>
  console.log(JSON.stringify({ time: new Date().toISOString(), level, msg, ...fields }));

function api(method, body) {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const path = `/api/v1/namespaces/${namespace}/configmaps${method === "POST" ? "" : `/${name}`}`;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, method, ca, headers }, answer => {
      let text = "";
      answer.on("data", chunk => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode, body: JSON.parse(text) }));
    });
    sent.on("error", reject).end(body && JSON.stringify(body));
  });
}

function knock(url) {
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => resolve(socket.destroy()));
    socket.on("error", reject);
  });
}

const state = await api("GET");
if (state.status !== 200)
  log("WARN", "shouldBootstrap", { message: "failed to get ConfigMap: proceeding with bootstrap" });
const { "bootstrap-completed": completed, "completed-at": at, "completed-by-pod": by } = state.body.data ?? {};
if (force !== "true" && completed === "true") {
  const reason = `completed at ${at} by pod ${by}`;
  log("INFO", "ShouldBootstrap", { message: "skipping bootstrap based on ConfigMap state", reason });
  process.exit(0);
}
for (const [i, url] of peers.split(",").entries()) {
  for (let attempt = 1; ; attempt++) {
    try {
      await knock(url);
      break;
    } catch {
      if (attempt < Number(retries)) continue;
      const message =
        `failed to reach keeper ${i + 1} at ${url} after ${retries} attempts; ` +
        "ensure all keepers are running and rerun bootstrap";
      log("FATAL", "BroadcastKeepers", { code: "bootstrap_keeper_unreachable", message });
      process.exit(1);
    }
  }
}
const data = {
  "bootstrap-completed": "true",
  "completed-at": new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  "completed-by-pod": process.env.HOSTNAME,
};
const marked = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
const created = await api("POST", marked);
const written = created.status === 201 ? created : await api("PUT", marked);
if (written.status < 300)
  log("INFO", "MarkBootstrapComplete", { message: "marked bootstrap as complete in ConfigMap" });
else
  log("WARN", "MarkBootstrapComplete", {
    message: `failed to mark bootstrap complete in ConfigMap: ${written.status}`,
  });
