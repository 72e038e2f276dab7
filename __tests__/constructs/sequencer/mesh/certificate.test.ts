import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { createAuthority, createMember, type KeyPair } from "../../../../cli/keys/mesh-authority";
import { meshCertificateProblems } from "../../../../constructs/sequencer/mesh/certificate";

const now = new Date("2026-11-21T12:00:00Z");
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const names = [0, 1, 2].map(i => `seq-${i}.seq-headless.net.svc.cluster.local`);
const [SERVER, CLIENT] = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];

let ca: KeyPair;
let foreign: KeyPair;
let own: KeyPair;
const member = (props: object = {}) =>
  createMember({ authority: ca, commonName: "seq.net", names, now, days: 365, ...props });

beforeAll(async () => {
  ca = await createAuthority({ organization: "seq.net", now, days: 3650 });
  foreign = await createAuthority({ organization: "seq.net", now, days: 3650 });
  own = await member();
});

const P256 = { name: "ECDSA", namedCurve: "P-256" };

/** A certificate signed by itself, with the extensions given alone. */
async function bare(...extensions: Extension[]): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const validity = { notBefore: now, notAfter: inDays(365) };
  const signingAlgorithm = { name: "ECDSA", hash: "SHA-256" };
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=seq.net",
    keys,
    signingAlgorithm,
    extensions,
    ...validity,
  });
  return certificate.toString("pem");
}

const messages = (...args: Parameters<typeof meshCertificateProblems>) =>
  meshCertificateProblems(...args).map(({ path, message, severity }) => `${severity} ${path}: ${message}`);

test("a certificate of keys mesh has no problem, and every problem has a remedy", () => {
  expect(messages({ crt: own.certificate, ca: ca.certificate, key: own.key }, names, now, "seq.net")).toEqual([]);
  const problems = meshCertificateProblems(
    { crt: own.certificate, ca: foreign.certificate, key: ca.key },
    ["other"],
    inDays(400),
    "x",
  );
  expect(problems.map(({ path }) => path[0])).toEqual(["tls.crt", "tls.crt", "tls.crt", "tls.crt", "tls.key"]);
  for (const { remedy } of problems) expect(remedy).toMatch(/keys mesh|--trust/);
});

test("fails for members whose names are not in it", () => {
  const more = [...names, "seq-3.seq-headless.net.svc.cluster.local", "seq-4.seq-headless.net.svc.cluster.local"];
  expect(messages({ crt: own.certificate, ca: ca.certificate }, more)).toEqual([
    "error tls.crt: lacks the DNS names seq-3.seq-headless.net.svc.cluster.local, " +
      "seq-4.seq-headless.net.svc.cluster.local",
  ]);
});

test("a wildcard covers the names, the common name does not", async () => {
  const wildcard = await member({ names: ["*.seq-headless.net.svc.cluster.local"] });
  expect(messages({ crt: wildcard.certificate, ca: ca.certificate }, names)).toEqual([]);
  const crt = await bare(new BasicConstraintsExtension(true));
  expect(messages({ crt, ca: crt }, ["seq.net"])).toEqual(["error tls.crt: lacks the DNS names seq.net"]);
});

test("fails for another common name", () => {
  expect(messages({ crt: own.certificate, ca: ca.certificate }, names, now, "seq.other")).toEqual([
    'error tls.crt: has the common name "seq.net", members accept "seq.other"',
  ]);
});

test("fails for a CA that did not sign it, also one of the same name", async () => {
  const unsigned = ["error tls.crt: is not signed by a CA of ca.crt"];
  expect(messages({ crt: own.certificate, ca: foreign.certificate }, names)).toEqual(unsigned);
  const impostor = { certificate: ca.certificate, key: foreign.key };
  const forged = await member({ authority: impostor });
  expect(messages({ crt: forged.certificate, ca: ca.certificate }, names)).toEqual(unsigned);
});

test("fails for a certificate that is in ca.crt itself but is no CA", async () => {
  const crt = await bare(new BasicConstraintsExtension(false));
  expect(messages({ crt, ca: crt }, [])).toEqual(["error tls.crt: is not signed by a CA of ca.crt"]);
});

test("one of several CAs is enough, and a chain leads to it", async () => {
  const both = foreign.certificate + ca.certificate;
  expect(messages({ crt: own.certificate, ca: both }, names)).toEqual([]);
  const root = await webcrypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const days = { notBefore: now, notAfter: inDays(10) };
  const extensions = [new BasicConstraintsExtension(true, undefined, true)];
  const signingAlgorithm = { name: "ECDSA", hash: "SHA-256" };
  const top = await X509CertificateGenerator.createSelfSigned({
    name: "CN=root",
    keys: root,
    signingAlgorithm,
    extensions,
    ...days,
  });
  const keys = await webcrypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const between = await X509CertificateGenerator.create({
    subject: "CN=between",
    issuer: "CN=root",
    publicKey: keys.publicKey,
    signingKey: root.privateKey,
    signingAlgorithm,
    extensions,
    ...days,
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const key = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`;
  const leaf = await member({ authority: { certificate: between.toString("pem"), key } });
  const crt = `${leaf.certificate}${between.toString("pem")}\n`;
  expect(messages({ crt, ca: top.toString("pem") }, names)).toEqual([]);
  expect(messages({ crt: leaf.certificate, ca: top.toString("pem") }, names)).toHaveLength(1);
  expect(messages({ crt, ca: top.toString("pem") }, names, now).map(text => text.split(" expires")[0])).toEqual([
    "warning tls.crt:",
    "warning ca.crt:",
  ]);
});

test.each([
  [-1, ["error tls.crt: is valid from Nov 21 11:00:00 2026 GMT on, now it is 2026-11-20T12:00:00.000Z"]],
  [0, []],
  [334, []],
  [335, ["warning tls.crt: expires on Nov 21 12:00:00 2027 GMT, in 30 days"]],
  [364, ["warning tls.crt: expires on Nov 21 12:00:00 2027 GMT, in 1 day"]],
  [366, ["error tls.crt: expired on Nov 21 12:00:00 2027 GMT"]],
])("%i days after it was made", (days, expected) => {
  const text = messages({ crt: own.certificate, ca: ca.certificate }, names, inDays(days));
  expect(text.filter(line => !line.includes("ca.crt"))).toEqual(expected);
});

test("without a time, none is compared", async () => {
  const old = await member({ now: inDays(-1000) });
  expect(messages({ crt: old.certificate, ca: ca.certificate }, names)).toEqual([]);
});

test("fails for a CA that expired", async () => {
  const early = await createAuthority({ organization: "seq.net", now, days: 5 });
  const crt = (await member({ authority: early })).certificate;
  expect(messages({ crt, ca: early.certificate }, names, inDays(6))).toEqual([
    "error ca.crt: expired on Nov 26 12:00:00 2026 GMT",
  ]);
});

test.each([
  ["servers alone", [SERVER], ["is not for TLS clients: every member is server and client"]],
  ["clients alone", [CLIENT], ["is not for TLS servers: every member is server and client"]],
  ["both", [SERVER, CLIENT], []],
])("a certificate for %s", async (_, usages, expected) => {
  const crt = await bare(new ExtendedKeyUsageExtension(usages as string[]), new BasicConstraintsExtension(true));
  expect(messages({ crt, ca: crt }, [])).toEqual(expected.map(message => `error tls.crt: ${message}`));
});

test("a certificate without usages is good for all", async () => {
  const crt = await bare(new BasicConstraintsExtension(true));
  expect(messages({ crt, ca: crt }, [])).toEqual([]);
});

test.each([
  ["another key", () => ca.key],
  ["a key that is none", () => "secret"],
])("fails for %s, which it does not print", (_, key) => {
  const problems = messages({ crt: own.certificate, ca: ca.certificate, key: key() }, names);
  expect(problems).toEqual(["error tls.key: is not the key of tls.crt"]);
});

test("fails for text that is no PEM, and for PEM that is damaged", () => {
  const damaged = own.certificate.replace(/M/g, "A");
  for (const crt of ["", "x", damaged]) {
    expect(messages({ crt, ca: ca.certificate }, names)).toEqual(["error tls.crt: holds no certificate in PEM"]);
  }
  expect(messages({ crt: own.certificate, ca: "x" }, names)).toEqual(["error ca.crt: holds no certificate in PEM"]);
});
