/**
 * A part of the seam of its own: the classes of a Job take a tenth of a second to load, and one construct needs them.
 */
export { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
