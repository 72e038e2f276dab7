import type { Problem } from "../constructs/kubernetes/problem";
import type { Path } from "../values/load/finding";
import type { EnvironmentValues } from "../values/schema/environment";
import { type Level, levelsOf } from "../values/schema/levels";

interface Text {
  readonly text: string;
  readonly path: Path;
  /** What to do about a key in it. */
  readonly remedy: string;
}

const NO_KEY = "use a URL that needs no key";

/** URLs that hold a key in blocks `kubernetes` and in a sequencer. The section p2p names its own. */
export function urlSecretProblems(env: EnvironmentValues): Problem[] {
  return [...levelsOf(env).flatMap(ofLevel), ...ofSequencer(env)].flatMap(({ text, path, remedy }) =>
    allUrlsIn(text).flatMap(url => {
      if (env.publicUrls.includes(url)) return [];
      return keyProblems(url, path, `${remedy}, or list the URL in publicUrls if it holds none`);
    }),
  );
}

/** A key in a URL, which the message does not repeat. */
export function keyProblems(url: string, path: Path, remedy: string): Problem[] {
  const secret = secretIn(url);
  if (!secret) return [];
  const message = `${secret} of ${new URL(url).host} looks like a key, which would stand in Terraform's state`;
  return [{ path, message, remedy }];
}

function ofLevel({ path, kubernetes }: Level): Text[] {
  if (!kubernetes) return [];
  const place = [...path, "kubernetes"];
  const { env, initContainers = [], sidecars = [] } = kubernetes;
  const added = Object.entries({ initContainers, sidecars }).flatMap(([word, containers]) =>
    containers.flatMap((each, i) => [
      ...ofEnv([...place, word, i], each.env, "secretEnv"),
      ...ofList([...place, word, i, "command"], each.command),
      ...ofList([...place, word, i, "args"], each.args),
    ]),
  );
  return [...ofEnv(place, env, "secretEnv"), ...added];
}

/** Its other URLs have no room for a key: only host and port. */
function ofSequencer({ sequencer }: EnvironmentValues): Text[] {
  if (!sequencer) return [];
  const { software } = sequencer;
  const path = ["sequencer", "software"];
  if ("opStack" in software) {
    const { batcher, proposer } = software.opStack;
    return Object.entries({ batcher, proposer }).flatMap(([name, submitter]) =>
      ofEnv([...path, "opStack", name], submitter?.env, "sequencer.kubernetes.secretEnv"),
    );
  }
  const { args, execution } = software.evNode;
  const evm = typeof execution === "object" ? execution.evm : undefined;
  return [
    ...ofList([...path, "evNode", "args"], args),
    ...ofList([...path, "evNode", "execution", "evm", "args"], evm?.args),
  ];
}

const ofEnv = (path: Path, env: Readonly<Record<string, string>> = {}, secrets: string): Text[] =>
  Object.entries(env).map(([name, text]) => ({
    text,
    path: [...path, "env", name],
    remedy: `put the URL into a Secret, and name that in ${secrets} as ${name}`,
  }));

const ofList = (path: Path, texts: readonly string[] = []): Text[] =>
  texts.map((text, i) => ({ text, path: [...path, i], remedy: NO_KEY }));

/** URLs anywhere in a text, such as a command of a shell. */
function allUrlsIn(text: string): string[] {
  return [...text.matchAll(/[a-z][a-z0-9+.-]*:\/\/[^\s,;"'`|<>()]+/gi)]
    .map(([url]) => url)
    .filter(url => URL.canParse(url));
}

/** The part of a URL that looks like a key, without the key. */
function secretIn(url: string): string | undefined {
  const { pathname, searchParams, password } = new URL(url);
  if (password) return "the password";
  const named = [...searchParams].find(([name, value]) => value && (KEY_NAME.test(name) || isKeyLike(value)));
  if (named) return `the parameter ${named[0]}`;
  const at = pathname.split("/").findIndex(isKeyLike);
  return at < 0 ? undefined : `part ${at} of the path`;
}

const KEY_NAME = /key|token|secret|auth|passw|signature|^sig$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** As providers make them: a UUID, 16 letters and digits without a break, or 24 with letters of both cases. */
function isKeyLike(text: string): boolean {
  if (/^0x/i.test(text)) return false; // an address or a hash
  const isMixed = (part: string) => /\d/.test(part) && /[a-z]/i.test(part);
  const isLong = text.length >= 24 && /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
  return UUID.test(text) || isLong || text.split(/[^A-Za-z0-9]/).some(part => part.length >= 16 && isMixed(part));
}
