import { z } from "zod";
import { oneLine } from "../../manifests/hidden";

/** The longest that counts is who paused a Lease, with a reason of 500 characters. */
const MOST = 1000;

/** A text of others that is shown in a line: it cannot imitate another line, nor fill the screen. */
export const line = z.string().transform(text => oneLine(text.length > MOST ? `${text.slice(0, MOST)}…` : text));
