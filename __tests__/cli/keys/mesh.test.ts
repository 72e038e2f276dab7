import "reflect-metadata";
import { KeyObject, webcrypto, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { connect, createServer } from "node:tls";
import { BasicConstraintsExtension, X509CertificateGenerator } from "@peculiar/x509";
import { parse, stringify } from "yaml";
import { createAuthority } from "../../../cli/keys/mesh-authority";
import { meshCertificateProblems } from "../../../constructs/sequencer/mesh/certificate";
import { eachInAFolder, runKeys } from "./run";

eachInAFolder();
const run = (...words: string[]) => runKeys("mesh", ...words);

type Data = Readonly<Record<"tls.crt" | "tls.key" | "ca.crt", string>>;
const secretIn = (file: string) => parse(readFileSync(file, "utf8"));
const dataIn = (file: string): Data => secretIn(file).stringData;
const UNKNOWN = /^(UNABLE_TO_|SELF_SIGNED)/;
const fqdn = (i: number) => `seq-${i}.seq-headless.net.svc.cluster.local`;
const three = ["--members", "3", "--namespace", "net"];
const subjects = (pem: string) =>
  pem.match(/-----BEGIN.*?-----END[^\n]*/gs)?.map(block => new X509Certificate(block).subject);

/**
 * A member calls another, over TLS as the mesh does it. Resolves to the caller's name, or to why one of them refused
 * the other.
 */
async function call(server: Data, client: Data | undefined, name: string): Promise<string> {
  const own = (data: Data) => ({ cert: data["tls.crt"], key: data["tls.key"], ca: data["ca.crt"] });
  // The server says why it refuses, where TLS 1.3 would only close the connection.
  const options = { ...own(server), minVersion: "TLSv1.3", requestCert: true, rejectUnauthorized: false } as const;
  const listener = createServer(options, socket => {
    socket.on("error", () => undefined);
    socket.end(socket.authorized ? String(socket.getPeerCertificate().subject.CN) : String(socket.authorizationError));
  });
  await once(listener.listen(0, "127.0.0.1"), "listening");
  const { port } = listener.address() as AddressInfo;
  try {
    const credentials = client ? own(client) : { ca: server["ca.crt"] };
    return await text(connect({ ...credentials, port, host: "127.0.0.1", servername: name }));
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  } finally {
    listener.close();
  }
}

test("writes a TLS Secret for all members, and the CA apart from it", async () => {
  const { code, stdout, stderr } = await run(...three);
  expect([code, stdout]).toEqual([0, ""]);
  const [secret, ca] = [secretIn("seq-mesh.secret.yaml"), secretIn("seq-mesh-ca.secret.yaml")];
  expect(secret).toMatchObject({
    kind: "Secret",
    type: "kubernetes.io/tls",
    metadata: { name: "seq-mesh", namespace: "net" },
  });
  expect(Object.keys(secret.stringData)).toEqual(["tls.crt", "tls.key", "ca.crt"]);
  expect(ca).toMatchObject({ kind: "Secret", type: "kubernetes.io/tls", metadata: { name: "seq-mesh-ca" } });
  expect(secret.stringData["ca.crt"]).toBe(ca.stringData["tls.crt"]);
  expect(JSON.stringify(secret)).not.toContain(ca.stringData["tls.key"].split("\n")[1]);
  expect(stderr).toContain("seq-mesh.secret.yaml holds a private key");
  expect(stderr).toContain("seq-mesh-ca.secret.yaml holds the key of the CA: keep it offline");
  for (const file of readdirSync(".")) expect([file, statSync(file).mode & 0o777]).toEqual([file, 0o600]);
});

test("the certificate has what the mesh looks at, and lasts a year", async () => {
  await run(...three);
  const { "tls.crt": crt, "tls.key": key, "ca.crt": ca } = dataIn("seq-mesh.secret.yaml");
  const names = [0, 1, 2].map(fqdn);
  expect(meshCertificateProblems({ crt, ca, key }, names, new Date(), "seq.net")).toEqual([]);
  const certificate = new X509Certificate(crt);
  const authority = new X509Certificate(ca);
  expect(certificate.subjectAltName).toBe(names.map(name => `DNS:${name}`).join(", "));
  expect([certificate.subject, certificate.ca, authority.ca]).toEqual(["CN=seq.net", false, true]);
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
  const hours = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 3_600_000;
  expect(hours).toBe(365 * 24 + 1);
  expect(Date.parse(authority.validTo)).toBeGreaterThan(Date.parse(certificate.validTo));
});

test("members take each other, and nobody else", async () => {
  await run(...three);
  await run(...three, "--out", "foreign.yaml", "--ca-out", "foreign-ca.yaml");
  const [ours, foreign] = [dataIn("seq-mesh.secret.yaml"), dataIn("foreign.yaml")];
  expect(await call(ours, ours, fqdn(2))).toBe("seq.net");
  expect(await call(ours, ours, fqdn(3))).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  // An impostor that trusts our CA but has a certificate of its own.
  const impostor = { ...foreign, "ca.crt": ours["ca.crt"] };
  expect(await call(ours, impostor, fqdn(0))).toMatch(UNKNOWN);
  expect(await call(impostor, ours, fqdn(0))).toMatch(UNKNOWN);
  expect(await call(ours, undefined, fqdn(0))).toMatch(UNKNOWN);
});

test("--ca signs anew with the CA that is there", async () => {
  await run(...three);
  const { code, stderr } = await run(...three, "--ca", "seq-mesh-ca.secret.yaml", "--out", "next.yaml");
  expect(code).toBe(0);
  expect(stderr).not.toContain("the CA: keep it");
  const [old, next] = [dataIn("seq-mesh.secret.yaml"), dataIn("next.yaml")];
  expect(next["ca.crt"]).toBe(old["ca.crt"]);
  expect(next["tls.crt"]).not.toBe(old["tls.crt"]);
  expect(await call(old, next, fqdn(0))).toBe("seq.net");
  expect(readdirSync(".").sort()).toEqual(["next.yaml", "seq-mesh-ca.secret.yaml", "seq-mesh.secret.yaml"]);
});

test("a CA as kubectl prints it, in base64, is read too", async () => {
  await run(...three);
  const { stringData, ...rest } = secretIn("seq-mesh-ca.secret.yaml");
  const data = Object.fromEntries(Object.entries<string>(stringData).map(([key, pem]) => [key, btoa(pem)]));
  writeFileSync("ca.yaml", stringify({ ...rest, data }));
  expect((await run(...three, "--ca", "ca.yaml", "--out", "next.yaml")).code).toBe(0);
  expect(dataIn("next.yaml")["ca.crt"]).toBe(stringData["tls.crt"]);
});

test("a CA is replaced in two steps, and at each one members of the step before are accepted", async () => {
  await run(...three);
  await run(...three, "--trust", "seq-mesh-ca.secret.yaml", "--out", "second.yaml", "--ca-out", "new-ca.yaml");
  await run(...three, "--ca", "seq-mesh-ca.secret.yaml", "--trust", "new-ca.yaml", "--out", "first.yaml");
  await run(...three, "--ca", "new-ca.yaml", "--out", "last.yaml");
  const steps = ["seq-mesh.secret.yaml", "first.yaml", "second.yaml", "last.yaml"].map(dataIn);
  for (const [i, step] of steps.entries()) {
    const next = steps[i + 1];
    if (!next) break;
    expect([i, await call(step, next, fqdn(0)), await call(next, step, fqdn(0))]).toEqual([i, "seq.net", "seq.net"]);
  }
  const [before, , , after] = steps as [Data, Data, Data, Data];
  expect(await call(before, after, fqdn(0))).toMatch(UNKNOWN);
  expect(new Set(subjects(steps[1]?.["ca.crt"] ?? "")).size).toBe(2);
});

test("--trust takes PEM too, and no CA twice", async () => {
  await run(...three);
  writeFileSync("old.pem", dataIn("seq-mesh-ca.secret.yaml")["tls.crt"]);
  const again = ["--trust", "old.pem", "--trust", "seq-mesh.secret.yaml", "--out", "next.yaml", "--ca-out", "ca.yaml"];
  expect((await run(...three, ...again)).code).toBe(0);
  expect(subjects(dataIn("next.yaml")["ca.crt"])).toHaveLength(2);
});

test("with --out - prints the Secret alone on stdout; the CA goes to its file all the same", async () => {
  const { stdout } = await run(...three, "--name", "s", "--cluster-domain", "k8s.example", "--out", "-");
  const { metadata, stringData } = parse(stdout);
  expect(metadata).toEqual({ name: "s-mesh", namespace: "net" });
  expect(new X509Certificate(stringData["tls.crt"]).subjectAltName).toContain("DNS:s-2.s-headless.net.svc.k8s.example");
  expect(readdirSync(".")).toEqual(["s-mesh-ca.secret.yaml"]);
});

test("fails for a CA that would be printed", async () => {
  const { code, stdout, stderr } = await run(...three, "--ca-out", "-");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("the key of the CA is not printed: name a file.");
});

test.each(["seq-mesh.secret.yaml", "seq-mesh-ca.secret.yaml"])(
  "never overwrites %s, and leaves nothing beside it",
  async file => {
    writeFileSync(file, "precious");
    const { code, stderr } = await run(...three);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `cannot write ${file}: it exists, and may hold keys in use → name a file that can be written with --(ca-)?out`,
      ),
    );
    expect(readFileSync(file, "utf8")).toBe("precious");
    expect(readdirSync(".")).toEqual([file]);
  },
);

test.each([
  ["one member", ["--members", "1", "--namespace", "net"], "a sequencer alone has no mesh"],
  ["four members", ["--members", "4", "--namespace", "net"], "4 members survive no more failures than 3"],
  ["no namespace", ["--members", "3"], "required option '--namespace <namespace>' not specified"],
  ["0 days", [...three, "--days", "0"], "0 is not possible: use 1 to 3650"],
  ["more days than the CA has", [...three, "--days", "3651"], "3651 is not possible: use 1 to 3650"],
  [
    "a cluster domain that is none",
    [...three, "--cluster-domain", "Cluster local"],
    '"Cluster local" is not a DNS domain',
  ],
  [
    "names too long for a certificate",
    [...three, "--name", "s".repeat(40), "--namespace", "n".repeat(24)],
    "has 65 characters, a certificate has room for 64: use a shorter --name or --namespace",
  ],
  [
    "a CA that is not there",
    [...three, "--ca", "ca.yaml"],
    "ca.yaml cannot be read (ENOENT) → name the right file with --ca",
  ],
  [
    "a CA and a file for a new one",
    [...three, "--ca", "ca.yaml", "--ca-out", "x"],
    "cannot be used with option '--ca <file>'",
  ],
])("fails for %s, and writes nothing", async (_, args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(message);
  expect(readdirSync(".")).toEqual([]);
});

describe("fails for a file with", () => {
  const day = 86_400_000;
  const manifest = (stringData: object) => stringify({ kind: "Secret", stringData });
  const authority = async (days: number) => {
    const { certificate, key } = await createAuthority({
      organization: "seq.net",
      now: new Date(Date.now() - day),
      days,
    });
    return { "tls.crt": certificate, "tls.key": key };
  };

  const p384 = async () => {
    const keys = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-384" }, true, ["sign", "verify"]);
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: "CN=CA",
      keys,
      signingAlgorithm: { name: "ECDSA", hash: "SHA-384" },
      notAfter: new Date(Date.now() + 900 * day),
      extensions: [new BasicConstraintsExtension(true)],
    });
    const key = KeyObject.from(keys.privateKey).export({ format: "pem", type: "pkcs8" });
    return { "tls.crt": certificate.toString("pem"), "tls.key": key };
  };

  test.each<[string, () => string | Promise<string>, string]>([
    ["something else than YAML", () => "a: [", "given.yaml is not YAML"],
    ["another object", () => "kind: ConfigMap", 'given.yaml is not a Secret: its kind is "ConfigMap"'],
    ["nothing", () => "", "given.yaml is not a Secret: its kind is null"],
    [
      "an encrypted Secret",
      () => "kind: Secret\nsops: {}",
      "given.yaml is encrypted: decrypt it first, with sops decrypt",
    ],
    ["no key", async () => manifest({ "tls.crt": (await authority(900))["tls.crt"] }), "it needs tls.crt and tls.key"],
    [
      "text as certificate",
      () => manifest({ "tls.crt": "x", "tls.key": "x" }),
      "given.yaml holds no certificate in PEM",
    ],
    ["a member's certificate", () => readFileSync("seq-mesh.secret.yaml", "utf8"), "CN=seq.net may sign no others"],
    [
      "another CA's key",
      async () => manifest({ ...(await authority(900)), "tls.key": (await authority(900))["tls.key"] }),
      "tls.key is not the key of tls.crt",
    ],
    [
      "a CA on another curve",
      async () => manifest(await p384()),
      "its key is secp384r1, only those on P-256 can sign here: make a new CA without --ca",
    ],
    ["a CA that expires early", async () => manifest(await authority(31)), "use --days 29 at most, or make a new CA"],
    [
      "a CA that expired",
      async () => manifest(await authority(1)),
      "before what it would sign: make a new CA without --ca",
    ],
  ])("%s as the CA", async (_, content, message) => {
    await run(...three);
    writeFileSync("given.yaml", await content());
    const { code, stderr } = await run(...three, "--ca", "given.yaml", "--out", "next.yaml");
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(existsSync("next.yaml")).toBe(false);
  });

  test("a member's certificate to trust", async () => {
    await run(...three);
    writeFileSync("member.pem", dataIn("seq-mesh.secret.yaml")["tls.crt"]);
    const { code, stderr } = await run(...three, "--trust", "member.pem", "--out", "next.yaml", "--ca-out", "ca.yaml");
    expect(code).toBe(1);
    expect(stderr).toContain("member.pem: CN=seq.net is not the certificate of a CA");
    expect(existsSync("ca.yaml")).toBe(false);
  });
});
