import { z } from "zod";
import { oneLine } from "../../manifests/hidden";

/** A text of others that is shown in a line: it cannot imitate another line. */
export const line = z.string().transform(oneLine);
