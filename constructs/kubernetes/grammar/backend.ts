import type { Grammar } from "./grammar";
import { dnsLabel } from "./names";

/** `_sequencer`, the longest that is appended: PostgreSQL cuts names after 63 characters, and two would become one. */
export const PG_SCHEMA: Grammar = {
  is: "the name of a schema: letters, digits and underscores",
  form: /^[A-Za-z_][A-Za-z0-9_]*$/,
  longest: 63 - "_sequencer".length,
};

/** `-sequencer` is appended, and Terraform writes it into a label. */
export const SUFFIX: Grammar = dnsLabel(63 - "-sequencer".length);

/** S3 and Google Cloud Storage, of which the latter allows underscores. */
export const BUCKET: Grammar = {
  is: "the name of a bucket: lower-case letters, digits, dashes, dots and underscores",
  form: /^[a-z0-9][-a-z0-9._]+[a-z0-9]$/,
  longest: 222,
};

/** Of AWS, and of those who speak its protocols. */
export const REGION: Grammar = {
  is: "the name of a region such as eu-central-1",
  form: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
};

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
export const AZURE_ACCOUNT: Grammar = {
  is: "the name of a storage account: 3 to 24 lower-case letters and digits",
  form: /^[a-z0-9]{3,24}$/,
  longest: 24,
};
export const AZURE_CONTAINER: Grammar = {
  is: "the name of a container: lower-case letters, digits and dashes",
  form: /^[a-z0-9]([-a-z0-9]*[a-z0-9])$/,
  longest: 63,
};
export const AZURE_GROUP: Grammar = {
  is: "the name of a resource group",
  form: /^[\w().-]*[\w()-]$/,
  longest: 90,
};

/** An ID, an ARN or an alias of AWS, or the name of a resource of Google Cloud. */
export const KMS_KEY: Grammar = {
  is: "the name of a key: letters, digits, and :/_.-",
  form: /^[A-Za-z0-9][A-Za-z0-9:/_.-]*$/,
  longest: 2048,
};
