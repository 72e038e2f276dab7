/*! One attempt to reach a target. */
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { type KubeAccess, KubeClient } from "../lib/kube";
import { NodeRpc } from "../p2p/rpc";
import { DAEMON_SET, type Target } from "./config";

/** The ENR that the target answered with, or nothing in particular. @throws Error that says why there was no answer */
export async function probe(target: Target, timeoutMs: number, access?: KubeAccess): Promise<string> {
  const { url, enrMethod } = target;
  if (enrMethod) return (await new NodeRpc(url, timeoutMs).enr(enrMethod)).text;
  if (access && url.protocol === DAEMON_SET) await everyPodReady(url, new KubeClient(access), timeoutMs);
  else await connect(target, timeoutMs);
  return "";
}

async function everyPodReady({ hostname, pathname }: URL, kube: KubeClient, timeoutMs: number): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${hostname}/daemonsets${pathname}`;
  const { status, text } = await kube.send(path, { method: "GET", timeoutMs });
  const what = `DaemonSet ${hostname}${pathname}`;
  if (status === 404) throw new Error(`${what} does not exist`);
  if (status === 403) throw new Error(`this pod's ServiceAccount may not read ${what}`);
  if (status !== 200) throw new Error(`the API server answers ${status} about ${what}`);
  const { metadata, status: now } = JSON.parse(text);
  if (now.observedGeneration !== metadata.generation)
    throw new Error(`the controller has not seen the newest version of ${what} yet`);
  const { numberReady: ready, desiredNumberScheduled: wanted } = now;
  if (wanted === 0 || ready < wanted) throw new Error(`${ready} of ${wanted} pods are ready`);
}

function connect({ url, spiffeId }: Target, timeoutMs: number): Promise<void> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const secure = url.protocol === "https:";
  const port = Number(url.port) || (secure ? 443 : 80);
  return new Promise((resolve, reject) => {
    // Who signed the certificate is not asked: what is behind the gate asks that, with a bundle of its own.
    const socket: Socket = secure ? connectTls({ host, port, rejectUnauthorized: false }) : connectTcp({ host, port });
    const late = setTimeout(() => end(new Error(`no answer within ${timeoutMs / 1000}s`)), timeoutMs);
    const end = (error?: Error) => {
      clearTimeout(late);
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    socket.on("error", (error: NodeJS.ErrnoException) => end(new Error(reasonOf(error, host))));
    socket.on("close", () => end(new Error("the connection was closed")));
    socket.on(secure ? "secureConnect" : "connect", () =>
      end(secure ? identityProblem(socket as TLSSocket, spiffeId) : undefined),
    );
  });
}

function identityProblem(socket: TLSSocket, spiffeId: string | undefined): Error | undefined {
  if (spiffeId === undefined) return undefined;
  const names = socket.getPeerCertificate().subjectaltname ?? "";
  const [id] = names.split(", ").filter(name => name.startsWith("URI:spiffe://"));
  if (id === `URI:${spiffeId}`) return undefined;
  return new Error(`the certificate is of ${id?.slice(4) ?? "no SPIFFE id"}, not of ${spiffeId}`);
}

function reasonOf({ code, message }: NodeJS.ErrnoException, host: string): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `DNS has no ${host} (${code})`;
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ECONNRESET") return "the connection was reset";
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return `no route to ${host} (${code})`;
  return code?.startsWith("ERR_SSL") || code === "EPROTO"
    ? `no TLS server: ${message.split("\n")[0]}`
    : message || code || "failed";
}
