// A stand-in for a keeper: a TLS server with the certificate that is mounted for its pod, which wants one of its
// clients.
import { readFileSync } from "node:fs";
import { createServer } from "node:tls";

const read = end => readFileSync(`/keys/${process.env.HOSTNAME}.${end}`);
createServer({ cert: read("crt"), key: read("key"), requestCert: true, rejectUnauthorized: true })
  .on("tlsClientError", () => {})
  .listen(8443);
process.on("SIGTERM", () => process.exit(0));
