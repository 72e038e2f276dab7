import { isToken } from "../kubernetes/framework/tokens";
import { urlHostFault } from "../kubernetes/grammar/address";
import { hostOf } from "../kubernetes/network/host";

type Env = Readonly<Record<string, string>> | undefined;

/**
 * URLs in the environment that a node is given, such as a telemetry collector's or those of snapshots: its policy opens
 * the way there. What leads back into the pod needs none.
 */
export function envUrls(env: Env): string[] {
  return Object.values(env ?? {}).flatMap(calledIn);
}

/** Of the URLs in an environment those that a policy cannot open, since nobody can tell where they lead. */
export function envWarnings(env: Env, clusterDomain: string): string[] {
  return Object.entries(env ?? {}).flatMap(([name, text]) =>
    calledIn(text)
      .filter(url => hostOf(url, clusterDomain).kind === "incomplete")
      .map(
        url =>
          `env.${name}: ${new URL(url).host} is no full host name, so the NetworkPolicy drops the calls: write ` +
          "<service>.<namespace>.svc, or name it in egress",
      ),
  );
}

function calledIn(text: string): string[] {
  return isToken(text) ? [] : urlsIn(text).filter(url => /^https?:\/\//.test(url) && !urlHostFault(url));
}

/** The URLs in a variable's text, which has one or several with commas between them. */
export function urlsIn(text: string): string[] {
  const parts = text.split(",").map(each => each.trim());
  return parts.filter(each => /^https?:/.test(each) && URL.canParse(each));
}
