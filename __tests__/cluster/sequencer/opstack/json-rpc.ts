/** What calls a method of a JSON-RPC server from where it runs, and prints the answer. */
export function callCommand(url: string, method: string, params: readonly unknown[] = [], seconds = 5): string[] {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  return ["curl", "-s", "--max-time", `${seconds}`, "-H", "content-type: application/json", "-d", body, url];
}

/** The result in an answer. */
export function resultOf<T>(answer: string): T {
  const { error, result } = JSON.parse(answer);
  if (error) throw new Error(JSON.stringify(error));
  return result;
}
