/*! /leader (200: the node here makes the blocks), /healthz and /metrics, on all addresses of the pod. */
import { createServer, type Server } from "node:http";

export interface Answers {
  leader(): boolean;
  healthy(): boolean;
  metrics(): string;
}

export function serve(port: number, answers: Answers): Promise<Server> {
  const server = createServer((request, response) => {
    const yesOrNo = (yes: boolean, no: string) => response.writeHead(yes ? 200 : 503).end(yes ? "ok\n" : `${no}\n`);
    const path = request.url?.split("?")[0];
    if (path === "/leader") yesOrNo(answers.leader(), "not the leader, or not yet");
    else if (path === "/healthz") yesOrNo(answers.healthy(), "the loop stands still");
    else if (path === "/metrics")
      response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8").end(answers.metrics());
    else response.writeHead(404).end("not found: /leader, /healthz and /metrics are here\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve(server));
  });
}
