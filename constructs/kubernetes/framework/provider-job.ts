/**
 * A separate file of the seam: the classes of a Job take a tenth of a second to load, and only one construct needs
 * them.
 */
import { JobV1 as ProvidedJob } from "@cdktf/provider-kubernetes/lib/job-v1";
import { speaking, workload } from "../vocabulary/speak";

export const JobV1 = speaking(ProvidedJob, workload);
export type JobV1 = ProvidedJob;
