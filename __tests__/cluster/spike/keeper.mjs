// A stand-in for a keeper: a TLS server with the certificate that is mounted for its pod.
import { readFileSync } from "node:fs";
import { createServer } from "node:tls";

const read = end => readFileSync(`/keys/${process.env.HOSTNAME}.${end}`);
createServer({ cert: read("crt"), key: read("key") }).listen(8443);
process.on("SIGTERM", () => process.exit(0));
