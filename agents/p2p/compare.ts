/*! What has to be equal. Never the text: seq and fields of the software, such as `aztec`, may change. */
import type { Enr } from "./enr";

export interface Announced {
  /** Absent for a public address, which only the node knows. */
  readonly ip?: string;
  readonly port: number;
}

/** How the record differs from what the node was told to announce, undefined when it does not. */
export function notAnnounced(enr: Enr, announced: Announced): string | undefined {
  const ip = announced.ip ?? enr.ip;
  if (
    enr.ip !== undefined &&
    enr.ip === ip &&
    enr.udp === announced.port &&
    (enr.tcp ?? announced.port) === announced.port
  )
    return undefined;
  return `the record announces ${endpoint(enr)}, expected ${ip ?? "an address"}:${announced.port}`;
}

/** How the live record differs from the published one, undefined when it does not. */
export function drift(live: Enr, published: Enr): string | undefined {
  const differences = [];
  if (live.publicKey !== published.publicKey)
    differences.push(`the key is ${live.publicKey}, published ${published.publicKey}`);
  if (endpoint(live) !== endpoint(published))
    differences.push(`the address is ${endpoint(live)}, published ${endpoint(published)}`);
  return differences.length ? differences.join("; ") : undefined;
}

function endpoint({ ip, udp, tcp }: Enr): string {
  return `${ip ?? "no address"}:${udp ?? "no udp port"}${tcp === undefined ? "" : ` (tcp ${tcp})`}`;
}
