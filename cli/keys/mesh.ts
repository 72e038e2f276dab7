import { createPrivateKey, X509Certificate } from "node:crypto";
import { type Command, InvalidArgumentError, Option } from "commander";
import { certificatesIn } from "../../constructs/sequencer/mesh/certificate";
import { secretData } from "../../values/load/secret-manifest";
import { readGiven } from "../input";
import type { KeyPair } from "./mesh-authority";
import { domain, integer, label, members, refusing, workload } from "./options";
import { type NewFile, secretManifest, writeNew } from "./secret-file";

interface MeshOptions {
  readonly members: number;
  readonly name: string;
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly days: number;
  readonly ca?: string;
  readonly trust?: readonly string[];
  readonly out?: string;
  readonly caOut?: string;
}

/** A new CA is valid longer than every certificate that it will sign. */
const CA_DAYS = 3650;
/** Upper bound of a common name, RFC 5280, appendix A.1. */
const MAX_COMMON_NAME = 64;

/** `keys mesh`: the certificate by which the members of a sequencer know each other, without cert-manager. */
export function registerMeshKeys(keys: Command): void {
  keys
    .command("mesh")
    .description("create the certificate of a sequencer's mesh, and the CA that signs it, as Secrets")
    .requiredOption("--members <n>", "number of members of the sequencer", meshMembers)
    .requiredOption("--namespace <namespace>", "namespace of the sequencer, which is part of its names", label)
    .option("--name <name>", "name of the sequencer; the Secret is <name>-mesh", workload, "seq")
    .option("--cluster-domain <domain>", "DNS domain of the cluster", domain, "cluster.local")
    .option("--days <days>", "days for which the certificate is valid", days, 365)
    .option("--ca <file>", "file with the Secret of the CA that signs (default: a new CA)")
    .option(
      "--trust <file>",
      "file with further CA certificates to trust, a Secret or PEM; repeat it for each file",
      collect,
    )
    .option("--out <file>", 'file for the Secret, "-" for stdout (default: <name>-mesh.secret.yaml)')
    .addOption(
      new Option("--ca-out <file>", "file for the new CA (default: <name>-mesh-ca.secret.yaml)")
        .argParser(aFile)
        .conflicts("ca"),
    )
    .action(refusing(makeMesh));
}

async function makeMesh({
  members,
  name,
  namespace,
  clusterDomain,
  days,
  ca,
  trust = [],
  out,
  caOut,
}: MeshOptions): Promise<void> {
  const commonName = `${name}.${namespace}`;
  if (commonName.length > MAX_COMMON_NAME) {
    throw new Error(
      `common name ${commonName} has ${commonName.length} characters, a certificate has room for ${MAX_COMMON_NAME}: ` +
        "use a shorter --name or --namespace",
    );
  }
  // Loaded only here: it takes longer to load than all other commands.
  const { createAuthority, createMember }: typeof import("./mesh-authority") = require("./mesh-authority");
  const now = new Date();
  const trusted = trust.flatMap(readTrusted);
  const authority = ca
    ? readAuthority(ca, now, days)
    : await createAuthority({ organization: commonName, now, days: CA_DAYS });
  const names = Array.from(
    { length: members },
    (_, i) => `${name}-${i}.${name}-headless.${namespace}.svc.${clusterDomain}`,
  );
  const { certificate, key } = await createMember({ authority, commonName, names, now, days });
  const authorities = new Set([pemOf(authority.certificate), ...trusted]);

  const type = "kubernetes.io/tls";
  const data = { "tls.crt": certificate, "tls.key": key, "ca.crt": [...authorities].join("") };
  const manifest = secretManifest({ name: `${name}-mesh`, namespace, type, data });
  const caData = { "tls.crt": authority.certificate, "tls.key": authority.key };
  const caManifest = secretManifest({ name: `${name}-mesh-ca`, namespace, type, data: caData });
  const file = out ?? `${name}-mesh.secret.yaml`;
  const caFile = caOut ?? `${name}-mesh-ca.secret.yaml`;
  const files: NewFile[] = [];
  if (!ca) files.push({ file: caFile, content: caManifest, option: "--ca-out" });
  if (file !== "-") files.push({ file, content: manifest, option: "--out" });
  writeNew(files);
  if (file === "-") process.stdout.write(manifest);
  else note(`${file} holds a private key: apply it with kubectl or encrypt it, and do not commit it as it is`);
  if (!ca) note(`${caFile} holds the key of the CA: keep it offline, only keys mesh --ca needs it`);
  note(`the certificate expires on ${new X509Certificate(certificate).validTo}`);
}

/** Reads a CA that can sign now, and that is valid for as long as what it signs. */
function readAuthority(file: string, now: Date, days: number): KeyPair {
  const { "tls.crt": certificate, "tls.key": key } = secretData(readGiven(file, "--ca"), file);
  if (!certificate || !key) throw new Error(`${file} is not the Secret of a CA: it needs tls.crt and tls.key`);
  const [own] = readCertificates(certificate, file) as [X509Certificate];
  const privateKey = attempt(() => createPrivateKey(key));
  if (!own.ca) throw new Error(`${file} is not that of a CA: its certificate ${subject(own)} may sign no others`);
  if (!privateKey || !own.checkPrivateKey(privateKey)) throw new Error(`${file}: tls.key is not the key of tls.crt`);
  const curve = privateKey.asymmetricKeyDetails?.namedCurve;
  if (curve !== "prime256v1") {
    throw new Error(
      `${file}: its key is ${curve ?? privateKey.asymmetricKeyType}, only those on P-256 can sign here: ` +
        "make a new CA without --ca",
    );
  }
  const left = Math.floor((Date.parse(own.validTo) - now.getTime()) / 86_400_000);
  if (left < days) {
    const remedy =
      left < 1 ? "make a new CA without --ca" : `use --days ${left} at most, or make a new CA without --ca`;
    throw new Error(`${file}: the CA expires on ${own.validTo}, before what it would sign: ${remedy}`);
  }
  return { certificate: pemOf(own), key };
}

/** PEM of CA certificates: a whole PEM file, or of a Secret its `ca.crt`, else its `tls.crt`. */
function readTrusted(file: string): string[] {
  const text = readGiven(file, "--trust");
  const data = text.startsWith("-----BEGIN") ? undefined : secretData(text, file);
  const certificates = readCertificates(data ? (data["ca.crt"] ?? data["tls.crt"] ?? "") : text, file);
  const other = certificates.find(({ ca }) => !ca);
  if (other) throw new Error(`${file}: ${subject(other)} is not the certificate of a CA`);
  return certificates.map(pemOf);
}

function readCertificates(text: string, file: string): X509Certificate[] {
  const certificates = attempt(() => certificatesIn(text)) ?? [];
  if (certificates.length === 0) throw new Error(`${file} holds no certificate in PEM`);
  return certificates;
}

/** One certificate as Node.js writes it, so that equal certificates have equal text. */
function pemOf(certificate: X509Certificate | string): string {
  return new X509Certificate(certificate.toString()).toString();
}

function subject(certificate: X509Certificate): string {
  return certificate.subject?.split("\n").join(", ") || "without a name";
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function meshMembers(text: string): number {
  const count = members(text);
  if (count > 1) return count;
  throw new InvalidArgumentError("a sequencer alone has no mesh.");
}

/** Standard output is for the certificate, and the CA's key stays away from it. */
function aFile(text: string): string {
  if (text !== "-") return text;
  throw new InvalidArgumentError("the key of the CA is not printed: name a file.");
}

function days(text: string): number {
  const count = integer(text);
  if (count >= 1 && count <= CA_DAYS) return count;
  throw new InvalidArgumentError(`${text} is not possible: use 1 to ${CA_DAYS}, as long as the CA is valid.`);
}

function collect(file: string, previous: readonly string[] = []): string[] {
  return [...previous, file];
}
