const REFUSED =
  "its registry refuses, or does not have it → correct its name, or name a Secret in kubernetes.imagePullSecrets";
const LIMITED = "its registry limits requests → name credentials in kubernetes.imagePullSecrets, or a mirror";
const UNREACHABLE = "no host reaches its registry → correct its name, or name a mirror in kubernetes.registry";
const UNTRUSTED = "hosts do not trust its registry's certificate → give them its CA";
const ABSENT = "its registry does not have it → correct its name and tag";

/** What registries, and containerd for them, say when an image cannot be pulled. */
const CAUSES: readonly [said: RegExp, cause: string][] = [
  [/unauthorized|denied|forbidden|authentication required|no basic auth|\b40[13]\b/i, REFUSED],
  [/toomanyrequests|too many requests|rate limit|\b429\b/i, LIMITED],
  [/certificate|x509/i, UNTRUSTED],
  [/no such host|dial tcp|time(d )?out|refused|deadline exceeded|unreachable|server misbehaving/i, UNREACHABLE],
  [/not ?found|manifest unknown|no match for platform/i, ABSENT],
];

/** Why an image is not there, in place of what kubelet says; undefined for what is not known. */
export function whyNotPulled(image: string, said: string): string | undefined {
  const text = said.replaceAll(image, "");
  return CAUSES.find(([pattern]) => pattern.test(text))?.[1];
}
