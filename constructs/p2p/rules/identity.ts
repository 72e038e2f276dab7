import { isToken } from "../../kubernetes/framework/tokens";
import type { Problem } from "../../kubernetes/problem";
import type { Announce } from "../announce";
import { type DecodedEnr, enrMismatch } from "../enr";
import type { Identity } from "../identity";
import { decoded } from "./enr-text";

interface Identified {
  readonly name: string;
  readonly replicas?: number;
  readonly announce: Announce;
  readonly identity: Identity;
}

/** Known records that are not those of the replicas: each has a key and an address of its own. */
export function identityProblems({ identity, announce, name, replicas = 1 }: Identified): Problem[] {
  if (!identity.secret) return [];
  const problems: Problem[] = [];
  const place = (i: number) => ["identity", "enrs", i];
  if (identity.enrs.length < replicas) {
    problems.push({
      path: ["identity", "enrs"],
      message: `${replicas} replicas, but ${identity.enrs.length} keys with a known ENR`,
      remedy: "make one key per replica: rollup-network keys bootstrap with one --address each",
    });
  }
  if (announce.addresses.length === 0) {
    problems.push({
      path: ["announce"],
      message: `known ENRs need a known address, but ${announce.mode} finds its address at start`,
      remedy: called =>
        `reserve addresses (${called("Announce.clusterIp({ addresses })")}, ` +
        `or ${called("Announce.address()")}), or use ` +
        called("Identity.persisted()"),
    });
  }
  const records = identity.enrs.map((text, i) => decoded(text, place(i), problems));
  records.forEach((record, i) => {
    if (!record) return;
    const twin = records.findIndex(other => other?.publicKey === record.publicKey);
    if (twin < i) {
      problems.push({
        path: place(i),
        message: `the ENR is of the same key as enrs[${twin}]`,
        remedy: "every replica needs a key of its own",
      });
    }
    const ip = announce.addresses[i];
    if (isToken(ip)) {
      const message = "must be known at synthesis, and is a token: the known ENR has to be at it";
      problems.push({ path: ["announce", "addresses", i], message, remedy: "give an address" });
      return;
    }
    const mismatch = ip && enrMismatch(record, { ip, port: announce.port });
    if (mismatch)
      problems.push({
        path: place(i),
        message: `the ENR ${mismatch} by ${name}-${i}`,
        remedy: swapOrRemake(announce, i, record),
      });
  });
  return problems;
}

function swapOrRemake(announce: Announce, i: number, record: DecodedEnr): string {
  const owner = announce.addresses.indexOf(record.ip ?? "");
  const options = `--l1-chain-id … --port ${announce.port} --address ${announce.addresses[i]} …`;
  const remake = `make a new key: rollup-network keys bootstrap ${options}`;
  return owner >= 0 && owner !== i ? `it belongs to replica ${owner}: swap the ENRs, or ${remake}` : remake;
}
