/**
 * Terraform reads `${` and `%{` in any string as its own templates, and their doubled sign as the sign itself.
 * Tokens of CDKTF stay what they are.
 */
export function escapeTerraform(text: string): string {
  return text.replace(/[$%](?=\{(?!TfToken\[))/g, sign => sign + sign);
}

/** The same for every text in plain data, keys of maps included. */
export function escapeAll<T>(data: T): T {
  if (typeof data === "string") return escapeTerraform(data) as T;
  if (Array.isArray(data)) return data.map(escapeAll) as T;
  if (data === null || typeof data !== "object") return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [escapeTerraform(key), escapeAll(value)])) as T;
}
