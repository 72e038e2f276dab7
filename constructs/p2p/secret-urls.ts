import { isToken } from "../kubernetes/framework/tokens";
import { calledUrls } from "../kubernetes/network/called";
import type { SecretKeyOf } from "../kubernetes/vocabulary/pod-props";
import type { P2pSoftware } from "./software/software";

interface Configured {
  readonly software: P2pSoftware;
  readonly secretEnv?: Readonly<Record<string, SecretKeyOf>>;
}

/** Where variables from Secrets lead: those that the software reads its L1 from, and the others. */
export function secretUrls({ software, secretEnv = {} }: Configured) {
  const ofL1 = (name: string) => software.l1Env?.includes(name) ?? false;
  const urls = (which: (name: string) => boolean) =>
    calledUrls({ secretEnv: Object.fromEntries(Object.entries(secretEnv).filter(([name]) => which(name))) });
  return { l1: urls(ofL1), others: urls(name => !ofL1(name)) };
}

/** The endpoints of L1, and whether there are others, which only Secrets or Terraform know. */
export function l1Of(props: Configured) {
  const { node } = props.software.upstreams;
  const secrets = Object.values(props.secretEnv ?? {});
  return {
    urls: [...node.filter(url => !isToken(url)), ...secretUrls(props).l1],
    others: secrets.some(({ targets }) => !targets) || node.some(isToken),
  };
}
