/*! The node's JSON-RPC. */
import { request } from "../lib/http";
import { type Enr, parseEnr } from "./enr";

export class NodeRpc {
  constructor(
    private readonly url: URL,
    /** @default - as every request */
    private readonly timeoutMs?: number,
  ) {}

  async enr(method: string): Promise<Enr> {
    return enrIn(await this.call(method), method);
  }

  async peers(method: string): Promise<number> {
    const result = resultIn(await this.call(method), method);
    if (!Array.isArray(result))
      throw new Error(`${method} answered ${brief(result)}, expected an array with the peers`);
    return result.length;
  }

  private async call(method: string): Promise<string> {
    const { status, text } = await request(this.url, {
      method: "POST",
      // Aztec answers 400 without it.
      headers: { "content-type": "application/json" },
      body: { jsonrpc: "2.0", id: 1, method, params: [] },
      timeoutMs: this.timeoutMs,
    });
    // An error object says more than the status it came with.
    if (status !== 200 && !text.trimStart().startsWith("{"))
      throw new Error(`POST ${this.url.href}: http status ${status}`);
    return text;
  }
}

/** The ENR in a JSON-RPC answer. */
export function enrIn(answer: string, method = "the node"): Enr {
  const result = resultIn(answer, method);
  if (typeof result !== "string")
    throw new Error(`${method} answered ${brief(result)}, expected an ENR: its discovery may not have started`);
  return parseEnr(result);
}

function resultIn(answer: string, method: string): unknown {
  if (answer.trim() === "") throw new Error(`${method} gave an empty answer, expected JSON-RPC`);
  let body: { result?: unknown; error?: { message?: unknown } | null } | null;
  try {
    body = JSON.parse(answer);
  } catch {
    throw new Error(`${method} gave an answer that is not JSON: ${brief(answer)}`);
  }
  if (typeof body !== "object" || body === null)
    throw new Error(`${method} gave ${brief(body)}, expected a JSON-RPC answer`);
  if (body.error) throw new Error(`${method} failed: ${brief(body.error.message ?? body.error)}`);
  if (!("result" in body)) throw new Error(`${method} gave ${brief(body)}, expected a JSON-RPC answer with a result`);
  return body.result;
}

function brief(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
