/*! One HTTP request, bounded in time and size, on a connection of its own. */
import * as http from "node:http";
import * as https from "node:https";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PATCH";
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca?: string;
  /** @default - `TIMEOUT_MS` */
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** No answer came. */
export class HttpError extends Error {
  constructor(
    message: string,
    readonly kind: "timeout" | "connection",
  ) {
    super(message);
  }
}

export const TIMEOUT_MS = 5_000;
const MAX_BYTES = 8 * 1024 * 1024;

export function request(
  url: URL,
  { method, headers, body, ca, timeoutMs = TIMEOUT_MS }: HttpRequest,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { code?: string }) => {
      const late = error.name === "AbortError" || error.name === "TimeoutError";
      const reason = late ? `no answer within ${timeoutMs / 1000} s` : error.message || error.code || error.name;
      reject(new HttpError(`${method} ${url.href}: ${reason}`, late ? "timeout" : "connection"));
    };
    const options = { method, headers, ca, agent: false as const, signal: AbortSignal.timeout(timeoutMs) };
    const sent = (url.protocol === "https:" ? https : http).request(url, options, answer => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_BYTES) sent.destroy(new Error(`the answer is longer than ${MAX_BYTES} bytes`));
      });
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString(), headers: answer.headers }),
      );
      answer.on("error", fail);
    });
    sent.on("error", fail);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
