import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../driver/run";

export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

/** A CA that no program knows by itself. */
export class Authority {
  private readonly folder = mkdtempSync(join(tmpdir(), "authority-"));

  /** Its certificate, as programs are to trust it. */
  async certificate(): Promise<string> {
    return (await this.make("ca", "-subj", "/CN=the company")).certificate;
  }

  /** @param names of the server, as subjectAltName has them: `DNS:a.example.org`, `IP:10.0.0.1` */
  issue(names: readonly string[]): Promise<Certificate> {
    const of = ["-CA", join(this.folder, "ca.crt"), "-CAkey", join(this.folder, "ca.key")];
    return this.make("server", "-subj", "/CN=a server", "-addext", `subjectAltName=${names.join(",")}`, ...of);
  }

  forget(): void {
    rmSync(this.folder, { recursive: true });
  }

  private async make(name: string, ...args: readonly string[]): Promise<Certificate> {
    const [key, certificate] = [join(this.folder, `${name}.key`), join(this.folder, `${name}.crt`)];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    await run(["openssl", "req", "-x509", "-days", "2", ...curve, ...args, "-keyout", key, "-out", certificate]);
    return { key: readFileSync(key, "utf8"), certificate: readFileSync(certificate, "utf8") };
  }
}
