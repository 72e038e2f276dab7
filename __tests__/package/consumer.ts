import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { name as packageName } from "../../package.json";

export const root = join(__dirname, "..", "..");

/** The tarball's name without its version. */
const TARBALL = `${packageName}.tgz`;

export interface Packed {
  readonly tarball: string;
  /** Bytes of the tarball, and of the files in it. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly string[];
}

/** Builds and packs the project as a publisher does. */
export function pack(folder: string): Packed {
  npm(root, "run", "build");
  const [packed] = JSON.parse(npm(root, "pack", `./build/${packageName}`, "--json", "--pack-destination", folder));
  const tarball = join(folder, TARBALL);
  renameSync(join(folder, packed.filename), tarball);
  const files = packed.files.map(({ path }: { path: string }) => path);
  return { tarball, size: packed.size, unpackedSize: packed.unpackedSize, files };
}

/** A folder outside the project that depends on the tarball. */
export class Consumer {
  constructor(
    readonly folder: string,
    private readonly tarball: string,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  /** `npm install` in an app that has these dependencies already. */
  install(dependencies: Readonly<Record<string, string>>): void {
    this.write("package.json", JSON.stringify({ private: true, dependencies }));
    npm(this.folder, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", this.tarball);
  }

  installed(name: string): string {
    return JSON.parse(readFileSync(join(this.folder, "node_modules", name, "package.json"), "utf8")).version;
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Runs a program of Node.js in the folder, or below it, and returns what it prints. */
  node(args: readonly string[], below = "."): string {
    return run(join(this.folder, below), process.execPath, args);
  }
}

/** The versions in the registry that a range allows, the lowest first. */
export function versionsIn(name: string, range: string): string[] {
  const found = JSON.parse(npm(root, "view", `${name}@${range}`, "version", "--json"));
  return Array.isArray(found) ? found : [found];
}

export const npm = (folder: string, ...args: string[]) => run(folder, "npm", args);

/** Programs do not see that a test runs them. */
const { NODE_ENV: _, JEST_WORKER_ID: __, ...environment } = process.env;

export function run(cwd: string, program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): string {
  const env = { ...environment, ...more };
  try {
    return execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(" ")}: ${message}\n${stdout}\n${stderr}`);
  }
}
