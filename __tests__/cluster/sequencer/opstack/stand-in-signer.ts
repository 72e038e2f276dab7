import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Authority } from "../../platforms/authority";
import { call, L1 } from "./loopback";

/**
 * Stands in for op-signer: JSON-RPC over TLS 1.3 for clients with a certificate of its CA. It signs with an account of
 * the L1 that tests make.
 */
export class StandInSigner {
  readonly url: string;
  /** Methods that were called, in order. */
  readonly called: string[] = [];

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    /** What a submitter's `tlsSecret` holds. */
    readonly secret: Readonly<Record<"ca.crt" | "tls.crt" | "tls.key", string>>,
  ) {
    this.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", async (request, response) => {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
      this.called.push(body.method);
      const answer = await answerTo(body.method, body.params).then(
        result => ({ result }),
        error => ({ error: { code: -32000, message: String(error) } }),
      );
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ jsonrpc: "2.0", id: body.id, ...answer }));
    });
  }

  static async start(): Promise<StandInSigner> {
    const authority = new Authority();
    try {
      const ca = await authority.certificate();
      const [own, client] = [await authority.issue(["IP:127.0.0.1"]), await authority.issue(["DNS:submitter"])];
      const tls = { ca, cert: own.certificate, key: own.key, requestCert: true, minVersion: "TLSv1.3" as const };
      const server = createServer(tls).listen(0, "127.0.0.1");
      await once(server, "listening");
      return new StandInSigner(server, { "ca.crt": ca, "tls.crt": client.certificate, "tls.key": client.key });
    } finally {
      authority.forget();
    }
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function answerTo(method: string, params: readonly unknown[]): Promise<string> {
  if (method === "health_status") return "stand-in";
  if (method === "eth_signTransaction") return call(L1, method, ...params);
  throw new Error(`${method} is not available`);
}
