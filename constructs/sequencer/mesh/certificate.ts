import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Problem } from "../../kubernetes/problem";

/** The mesh's Secret, in the layout of cert-manager; all PEM. */
export interface MeshCertificateFiles {
  /** `tls.crt`: the members' certificate, then those of CAs between it and `ca`, if any. */
  readonly crt: string;
  /** `ca.crt`: the CAs whose certificates a member accepts. */
  readonly ca: string;
  /**
   * `tls.key`
   * @default - the key is not compared
   */
  readonly key?: string;
}

export interface MeshCertificateProblem extends Problem {
  /** A certificate that expires soon is a warning: it still works. */
  readonly severity: "error" | "warning";
}

/** Enough time to notice it and to replace it; `keys mesh` makes certificates for 365 days. */
const WARNING_DAYS = 30;
const DAY = 86_400_000;
/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12 */
const USAGES = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" };
const REMEDY = 'make it anew with "rollup-network keys mesh"';

/**
 * Says why members of a mesh would refuse each other's certificate; empty when they would not. `expectedNames` are the
 * members' pod FQDNs, all in the one certificate. Without `now` the times are not looked at; without `commonName` the
 * subject is not.
 */
export function meshCertificateProblems(
  files: MeshCertificateFiles,
  expectedNames: readonly string[],
  now?: Date,
  commonName?: string,
): MeshCertificateProblem[] {
  const [own, ...between] = read(files.crt);
  const authorities = read(files.ca);
  if (!own) return [problem("tls.crt", "holds no certificate in PEM")];
  if (authorities.length === 0)
    return [problem("ca.crt", "holds no certificate in PEM", "put the certificate of the CA there")];
  const chain = chainOf(own, between, authorities);
  const problems = [...nameProblems(own, expectedNames, commonName), ...usageProblems(own)];
  if (!chain)
    problems.push(
      problem("tls.crt", "is not signed by a CA of ca.crt", "take both from one run, or add the CA with --trust"),
    );
  for (const certificate of chain ?? [own]) {
    if (now) problems.push(...timeProblems(certificate, certificate === chain?.at(-1) ? "ca.crt" : "tls.crt", now));
  }
  if (files.key !== undefined && !isKeyOf(own, files.key))
    problems.push(problem("tls.key", "is not the key of tls.crt"));
  return problems;
}

/** The certificates of a PEM text, in their order; throws when one is damaged. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  return blocks.map(block => new X509Certificate(block));
}

function read(pem: string): X509Certificate[] {
  try {
    return certificatesIn(pem);
  } catch {
    return [];
  }
}

function nameProblems(
  own: X509Certificate,
  expected: readonly string[],
  commonName?: string,
): MeshCertificateProblem[] {
  const missing = expected.filter(name => !own.checkHost(name, { subject: "never" }));
  const problems = missing.length > 0 ? [problem("tls.crt", `lacks the DNS names ${missing.join(", ")}`)] : [];
  const given = /^CN=(.*)$/m.exec(own.subject ?? "")?.[1];
  if (commonName === undefined || given === commonName) return problems;
  return [
    ...problems,
    problem("tls.crt", `has the common name ${JSON.stringify(given ?? "")}, members accept "${commonName}"`),
  ];
}

/** Without the extension a certificate is good for both. */
function usageProblems({ keyUsage }: X509Certificate): MeshCertificateProblem[] {
  if (!keyUsage) return [];
  const missing = Object.entries(USAGES).filter(([, oid]) => !keyUsage.includes(oid));
  return missing.map(([role]) =>
    problem("tls.crt", `is not for TLS ${role}s: every member is server and client`, `add the usage "${role} auth"`),
  );
}

/** From the certificate to a CA of `ca.crt`; `undefined` when there is no way. */
function chainOf(
  certificate: X509Certificate,
  between: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): X509Certificate[] | undefined {
  const issued = (issuer: X509Certificate) =>
    issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  const authority = authorities.find(issued);
  if (authority) return [certificate, authority];
  const next = between.find(issued);
  const rest =
    next &&
    chainOf(
      next,
      between.filter(other => other !== next),
      authorities,
    );
  return rest && [certificate, ...rest];
}

function timeProblems({ validFrom, validTo }: X509Certificate, place: string, now: Date): MeshCertificateProblem[] {
  const left = Date.parse(validTo) - now.getTime();
  if (now.getTime() < Date.parse(validFrom))
    return [problem(place, `is valid from ${validFrom} on, now it is ${now.toISOString()}`)];
  if (left < 0) return [problem(place, `expired on ${validTo}`)];
  if (left > WARNING_DAYS * DAY) return [];
  const days = Math.floor(left / DAY);
  return [
    { ...problem(place, `expires on ${validTo}, in ${days} ${days === 1 ? "day" : "days"}`), severity: "warning" },
  ];
}

function isKeyOf(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function problem(place: string, message: string, remedy = REMEDY): MeshCertificateProblem {
  return { path: [place], message, remedy, severity: "error" };
}
