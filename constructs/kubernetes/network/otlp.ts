import { isTokenText } from "../framework/token-text";
import { otlpFault } from "../grammar/address";
import type { Problem } from "../problem";
import { hostProblem } from "./host";

/** What is wrong with the URL of a collector, which takes OTLP over HTTP. Its path is the sender's to add. */
export function otlpProblems(path: Problem["path"], endpoint: string | undefined, clusterDomain: string): Problem[] {
  if (endpoint === undefined || isTokenText(endpoint)) return [];
  const problem = (message: string, remedy?: string) => [{ path, message: `"${endpoint}" ${message}`, remedy }];
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    return problem("is no http or https URL", "give the URL of the collector, as http://otel.monitoring.svc:4318");
  }
  const [fault, remedy] = otlpFault(endpoint) ?? [];
  if (fault) return problem(fault, remedy);
  const unknown = hostProblem(endpoint, clusterDomain);
  return unknown ? [{ path, ...unknown }] : [];
}
