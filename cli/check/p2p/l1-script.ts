/** Limit of one request. Two follow each other where the first method is not there, within kubectl's ten seconds. */
const SECONDS = 4;

/** The hash of a transaction that does not exist. */
const HASH = `0x${"0".repeat(64)}`;

/**
 * Asks the endpoints of L1 what a node asks them for at start. Its arguments are pairs: `execution`, `consensus` or
 * `debug`, and URLs with commas, or `$NAME` of a variable that holds them. It prints a line for each URL: number of the
 * pair, number of the URL, exit code and HTTP status of curl, and the answer.
 */
export const SCRIPT = `
command -v curl >/dev/null 2>&1 || { echo "no curl"; exit; }
set -f
say() { printf '%s\\n' "$1"; }
get() { curl -sS --max-time ${SECONDS} -w '\\n%{http_code}' "$@" 2>&1; }
rpc() {
  get -H 'content-type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"'"$2"'","params":'"$3"'}' "$1"
}
ask() {
  case $1 in
    execution) rpc "$2" eth_chainId '[]' ;;
    consensus) get "\${2%/}/eth/v1/beacon/headers/head" ;;
    debug)
      said=$(rpc "$2" debug_traceTransaction '["${HASH}",{"tracer":"callTracer"}]') || { c=$?; say "$said"; return $c; }
      case $said in *-32601* | *ethod*) said=$(rpc "$2" trace_transaction '["${HASH}"]') ;; esac
      say "$said"
      ;;
  esac
}
i=0
while [ $# -gt 0 ]; do
  urls=$2
  case $urls in '$'*) name=\${urls#?} && eval "urls=\\\${$name:-}" ;; esac
  j=0
  IFS=,
  for url in $urls; do
    unset IFS
    (
      answer=$(ask "$1" "$url")
      code=$?
      status=$(say "$answer" | tail -n 1)
      say "$i $j $code $status $(say "$answer" | sed '$d' | tr '\\n' ' ' | tail -c 700)"
    ) &
    j=$((j + 1))
  done
  unset IFS
  i=$((i + 1))
  shift 2
done
wait
`;

/** What became of a request. */
export interface Answer {
  /** Number of the pair, and of the URL in it. */
  readonly i: number;
  readonly j: number;
  readonly code: number;
  readonly status: number;
  readonly text: string;
}

/** What the script printed; nothing where the container has no curl. */
export function readAnswers(printed: string): Answer[] | undefined {
  if (/^no curl$/m.test(printed)) return undefined;
  return [...printed.matchAll(/^(\d+) (\d+) (\d+) (\d+) ?(.*)$/gm)].map(([, i, j, code, status, text = ""]) => ({
    i: Number(i),
    j: Number(j),
    code: Number(code),
    status: Number(status),
    text: text.trim(),
  }));
}
