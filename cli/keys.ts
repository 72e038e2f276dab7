import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { stringify } from "yaml";
import { isPrivateAddress } from "../constructs/address";
import { type BootstrapIdentity, createBootstrapIdentity } from "../constructs/enr";

interface BootstrapOptions {
  readonly l1ChainId: number;
  readonly port: number;
  readonly address: readonly string[];
  readonly name: string;
  readonly namespace?: string;
  readonly secret?: string;
  readonly out?: string;
}

/** `keys bootstrap`: identities made before anything is deployed, so that the ENRs are known at synth. */
export function registerKeys(program: Command): void {
  const keys = program.command("keys").description("make keys of nodes beforehand");
  keys
    .command("bootstrap")
    .description("make the keys and ENRs of a bootstrap node, one per address, as a Secret and the values that go with it")
    .requiredOption("--l1-chain-id <id>", "chain the rollup settles on, 1 for mainnet", integer)
    .requiredOption("--port <port>", "UDP port the node announces and listens on", integer)
    .requiredOption("--address <ip>", "IPv4 address a replica announces; repeat it for each replica", collect)
    .option("--name <name>", "name of the bootstrap node; its pods are <name>-0, <name>-1, …", label, "boot")
    .option("--namespace <namespace>", "namespace written into the Secret", label)
    .option("--secret <name>", "name of the Secret (default: <name>-keys)", label)
    .option("--out <file>", 'file for the Secret, "-" for stdout (default: <secret>.secret.yaml)')
    .action((options: BootstrapOptions, command: Command) => {
      try {
        makeBootstrapKeys(options);
      } catch (error) {
        command.error(`error: ${(error as Error).message}`);
      }
    });
}

function makeBootstrapKeys({ l1ChainId, port, address, name, namespace, secret = `${name}-keys`, out }: BootstrapOptions): void {
  const identities = address.map(ip => createBootstrapIdentity({ l1ChainId, ip, port }));
  const manifest = secretManifest(identities, name, secret, namespace);
  const node = {
    name,
    replicas: address.length,
    port,
    announce: address.every(isPrivateAddress) ? { clusterIp: { addresses: address } } : { address: { ips: address } },
    identity: { secret, enrs: identities.map(({ enr }) => enr) },
  };
  const snippet = stringify({ p2p: { bootstrap: [node] } }, { lineWidth: 0 });
  if (out === "-") {
    process.stdout.write(manifest);
    process.stderr.write(snippet);
    return;
  }
  const file = out ?? `${secret}.secret.yaml`;
  writeNew(file, manifest);
  process.stdout.write(snippet);
  process.stderr.write(`${file} holds private keys: apply it with kubectl or encrypt it, and do not commit it as it is\n`);
}

function secretManifest(identities: readonly BootstrapIdentity[], name: string, secret: string, namespace?: string): string {
  const stringData = Object.fromEntries(identities.map(({ privateKey }, ordinal) => [`${name}-${ordinal}`, privateKey]));
  const metadata = namespace ? { name: secret, namespace } : { name: secret };
  return stringify({ apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData }, { lineWidth: 0 });
}

/** Keys are never overwritten: the file may be the only copy. */
function writeNew(file: string, content: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, "wx", 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") throw new Error(`cannot write ${file}: ${message}; name another file with --out`);
    throw new Error(`${file} exists and may hold keys in use: name another file with --out, or remove it first`);
  }
  try {
    writeFileSync(descriptor, content);
  } catch (error) {
    rmSync(file, { force: true });
    throw new Error(`cannot write ${file}: ${(error as Error).message}; nothing of it was kept`);
  } finally {
    closeSync(descriptor);
  }
}

function integer(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a positive integer.`);
  return Number(text);
}

function collect(ip: string, previous: readonly string[] = []): string[] {
  if (previous.includes(ip)) throw new InvalidArgumentError(`${ip} is given twice: every replica needs an address of its own.`);
  return [...previous, ip];
}

function label(text: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError(
    `"${text}" is not a DNS label: use at most 63 of a-z, 0-9 and -, beginning and ending with a letter or digit.`,
  );
}
