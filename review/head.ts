import { createHash } from "node:crypto";
import { parse } from "yaml";
import { isObject } from "../manifests/json";
import type { Origin } from "./origin";

/** What `manifests --out` writes above the manifests of a stack, so that a comparison knows what it has before it. */
export interface Head extends Origin {
  readonly environment: string;
  readonly stack: string;
  /** Every stack of the environment: the folder has a file for each. */
  readonly stacks: readonly string[];
  /** The values folder, as seen from the folder of the file: two values folders may be written to one. */
  readonly values?: string;
}

const TITLE = "# Written by rollup-network manifests; preview and guard compare with it.\n";

/** The manifests of a stack with their head. A digest of the manifests tells later whether all of them are there. */
export function withHead(head: Head, text: string): string {
  const lines = Object.entries({ ...head, sha256: digestOf(text) });
  return `${TITLE}${lines.map(([key, value]) => `# ${key}: ${JSON.stringify(value)}\n`).join("")}\n${text}`;
}

const ANEW = "→ write the folder anew with rollup-network manifests";

/** @throws Error for a text without a head, and for manifests that are not those that were written */
export function readHead(text: string, place: string): Head {
  const end = text.indexOf("\n\n");
  const head: unknown = text.startsWith(TITLE) ? parse(text.slice(TITLE.length, end).replace(/^# /gm, "")) : undefined;
  if (!isHead(head))
    throw new Error(`${place} does not say of what it is: rollup-network manifests --out writes that ${ANEW}`);
  const { sha256, ...rest } = head;
  if (digestOf(text.slice(end + 2)) !== sha256)
    throw new Error(`${place} is not as it was written: a part is missing, or was changed ${ANEW}`);
  return rest;
}

function isHead(value: unknown): value is Head & { readonly sha256: string } {
  const texts = ["environment", "stack", "state", "sha256"];
  return (
    isObject(value) &&
    isObject(value.cluster) &&
    texts.every(key => typeof value[key] === "string") &&
    typeof value.protected === "boolean" &&
    Array.isArray(value.stacks)
  );
}

/** Without regard to how lines end, since Git may write them in another way. */
const digestOf = (text: string) => createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex");
