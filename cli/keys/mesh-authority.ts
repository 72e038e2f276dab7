import "reflect-metadata"; // before x509, whose registry looks for it
import { createPrivateKey, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its key, PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface AuthorityProps {
  /** Organization in the CA's name, at most 64 characters. */
  readonly organization: string;
  readonly now: Date;
  readonly days: number;
}

export interface MemberProps {
  readonly authority: KeyPair;
  readonly commonName: string;
  /** DNS names. */
  readonly names: readonly string[];
  readonly now: Date;
  readonly days: number;
}

/** HAProxy and Go support it, and it signs faster than RSA. */
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const SHA256 = { name: "ECDSA", hash: "SHA-256" };
const DAY = 86_400_000;
/** Certificates are valid from an hour ago on, for members whose clocks are slow. */
const CLOCK_SKEW = 3_600_000;

/** Makes a CA that signs members' certificates and no further CA. */
export async function createAuthority({ organization, now, days }: AuthorityProps): Promise<KeyPair> {
  const keys = await generateKeys();
  const id = await SubjectKeyIdentifierExtension.create(keys.publicKey);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // A part of the key's id in the name tells an old CA from a new one.
    name: [{ O: [organization] }, { CN: [`mesh CA ${id.keyId.slice(0, 8)}`] }],
    keys,
    signingAlgorithm: SHA256,
    ...validity(now, days),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      id,
    ],
  });
  return { certificate: pem(certificate), key: await exportKey(keys.privateKey) };
}

/** Makes the one certificate that all members use, as servers and as clients. The CA's key has to be on P-256. */
export async function createMember({ authority, commonName, names, now, days }: MemberProps): Promise<KeyPair> {
  const issuer = new X509Certificate(authority.certificate);
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [commonName] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: SHA256,
    ...validity(now, days),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension(names.map(value => ({ type: "dns", value }))),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...issuerId(issuer),
    ],
  });
  return { certificate: pem(certificate), key: await exportKey(keys.privateKey) };
}

/** The id in the CA's own certificate, which another program may have derived in another way. */
function issuerId(issuer: X509Certificate): AuthorityKeyIdentifierExtension[] {
  const id = issuer.getExtension(SubjectKeyIdentifierExtension);
  return id ? [new AuthorityKeyIdentifierExtension(id.keyId)] : [];
}

function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - CLOCK_SKEW), notAfter: new Date(now.getTime() + days * DAY) };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(P256, true, ["sign", "verify"]);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}

function importKey(key: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(key).export({ format: "der", type: "pkcs8" });
  return webcrypto.subtle.importKey("pkcs8", der, P256, false, ["sign"]);
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}
