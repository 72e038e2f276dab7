/*! Why a node does not serve that asks a service for its public address first. */
import { request } from "../lib/http";

/** Asks as the node does. Answers what is wrong if no service can be reached, which only the node's log says else. */
export async function noPublicAddress(urls: readonly URL[]): Promise<string | undefined> {
  const failures: string[] = [];
  for (const url of urls) {
    try {
      const { status } = await request(url, { method: "GET" });
      if (status < 500) return undefined;
      failures.push(`GET ${url.href}: http status ${status}`);
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  if (failures.length === 0) return undefined;
  return (
    "with publicIp the node asks for its public address before it serves, and this pod cannot reach any service that " +
    `says it: ${failures.join("; ")}. Give its host a route to the internet, or announce a reserved address`
  );
}
