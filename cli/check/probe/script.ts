/** Limit of one attempt, and how often silence is asked again: policies may lose the first packets of a new pod. */
export const ATTEMPT_SECONDS = 3;
const ATTEMPTS = 2;

/**
 * Opens a TCP connection to each HOST PORT of its arguments, all at once, and sends nothing. It prints a line for each:
 * its number, an exit code, and what the program said. The smallest program comes first: Node.js needs 40 MB, and
 * counts against the memory limit of the container.
 */
export const SCRIPT = `
has() { command -v "$1" >/dev/null 2>&1; }
if has timeout && has bash; then
  call() { timeout ${ATTEMPT_SECONDS} bash -c 'exec 3<>"/dev/tcp/$0/$1" && echo connected' "$@"; }
elif has timeout && has nc; then
  call() { # what nc gave up on ends with 1, and what stays open with the end by timeout
    timeout ${ATTEMPT_SECONDS + 1} nc -w ${ATTEMPT_SECONDS} "$@" </dev/null
    case $? in 0 | 124 | 143) echo connected ;; *) return 1 ;; esac
  }
elif has curl; then
  call() {
    curl -sS --connect-timeout ${ATTEMPT_SECONDS} --max-time ${ATTEMPT_SECONDS} -w 'time %{time_connect}' \\
      "telnet://$1:$2" </dev/null
  }
elif has node; then
  call() { node -e "$program" "$@"; }
  program='
    const socket = require("net").connect(process.argv[2], process.argv[1]);
    setTimeout(() => process.exit(124), ${ATTEMPT_SECONDS}000);
    socket.on("connect", () => (console.log("connected"), process.exit()));
    socket.on("error", error => (console.log(error.message), process.exit(1)));
  '
else
  echo "no program"
  exit
fi
i=0
while [ $# -gt 0 ]; do
  (
    for attempt in $(seq ${ATTEMPTS}); do
      said=$(call "$1" "$2" 2>&1)
      code=$?
      case "$code $said" in "0 "* | *efused*) break ;; esac
    done
    echo "$i $code $(echo $said)"
  ) &
  i=$((i + 1))
  shift 2
done
wait
`;

/** What became of a call. */
export interface Heard {
  readonly verdict: "ok" | "dropped" | "refused" | "unknown";
  readonly why: string;
}

/** Of timeout, of BusyBox' timeout, and of curl. */
const SILENCE = [124, 143, 28];

/** Reads a line of the script. */
export function heard(code: number, said: string): Heard {
  const [, connectSeconds] = /time ([\d.]+)/.exec(said) ?? [];
  if (/\bconnected$/.test(said) || Number(connectSeconds ?? 0) > 0) return { verdict: "ok", why: "" };
  if (SILENCE.includes(code) || /timed out/i.test(said)) {
    return { verdict: "dropped", why: `no answer in ${ATTEMPT_SECONDS} s, ${ATTEMPTS} times` };
  }
  if (/no route to host|unreachable|prohibited/i.test(said)) return { verdict: "dropped", why: "no route to it" };
  if (/refused|couldn't connect|could not connect/i.test(said)) return { verdict: "refused", why: "nobody listens" };
  return { verdict: "unknown", why: said || `the program ended with ${code}` };
}

/** What the script printed, by the number of the call. Nothing where the container has no program that calls. */
export function readAnswers(printed: string): Heard[] | undefined {
  if (/^no program$/m.test(printed)) return undefined;
  const lines = [...printed.matchAll(/^(\d+) (\d+) ?(.*)$/gm)];
  const answers: Heard[] = [];
  for (const [, i, code, said = ""] of lines) answers[Number(i)] = heard(Number(code), said);
  return answers;
}
