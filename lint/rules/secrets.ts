import { dataOf } from "../../manifests/read/object";
import { eachContainer, type Rule } from "../rule";

/** Names of settings that hold a secret. Those that name a file, a Secret or a hash hold none. */
const SECRET_NAME =
  /(PASSWORD|PASSPHRASE|MNEMONIC|PRIVATE_KEY|(CLIENT|JWT|SHARED)_SECRET|TOKEN|API_KEY|CREDENTIALS?)(_BASE64|_HEX)?$/i;

/** Texts that are secrets in any place: PEM keys, JSON web tokens, and passwords in URLs. */
const SECRET_TEXT =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.|:\/\/[^\s/:@$"'{}<>]+:[^\s/@$"'{}<>]+@/;

const NAMES_ONE = /^(\/|\$\(|file:)/;

/** Where secrets are, and where they are not. */
export const secrets: readonly Rule[] = [
  {
    id: "secret-env",
    severity: "warning",
    holds: "Secrets are files, not environment variables",
    why: "every process of a container inherits its environment, and crash reports print it",
    remedy: "mount the Secret, where the software reads a file",
    alike: ["KL env-var-secret", "KL read-secret-from-env-var", "CK 35", "CIS 5.4.1"],
    check: eachContainer(function* ({ env = [], envFrom = [] }, at) {
      for (const [i, { name, valueFrom }] of env.entries()) {
        if (valueFrom?.secretKeyRef) yield at(`env[${i}]`, `has ${name} from Secret ${valueFrom.secretKeyRef.name}`);
      }
      for (const [i, { secretRef }] of envFrom.entries()) {
        if (secretRef) yield at(`envFrom[${i}]`, `has all of Secret ${secretRef.name} as environment`);
      }
    }),
  },
  {
    id: "secret-text",
    severity: "error",
    holds: "no secret is in an environment variable, a command or a ConfigMap",
    why: "everyone who reads the manifests or the Terraform state has it",
    remedy: "put it into a Secret that you create in advance, and refer to it",
    alike: ["PO sensitiveContainerEnvVar", "PO sensitiveConfigmapContent", "NSA C-0012"],
    *check(view) {
      yield* eachContainer(function* ({ env = [], command = [], args = [] }, at) {
        for (const [i, { name, value = "" }] of env.entries()) {
          const named = SECRET_NAME.test(name) && value !== "" && !NAMES_ONE.test(value);
          if (named || SECRET_TEXT.test(value)) yield at(`env[${i}].value`, `has a secret in ${name}`);
        }
        for (const [i, text] of [...command, ...args].entries()) {
          const path = i < command.length ? `command[${i}]` : `args[${i - command.length}]`;
          if (SECRET_TEXT.test(text)) yield at(path, "has a secret in its command");
        }
      })(view);
      for (const object of view.kind("ConfigMap")) {
        for (const [key, value] of Object.entries(dataOf(object))) {
          if (SECRET_TEXT.test(value)) yield { object, path: `data["${key}"]`, found: `${key} has a secret in it` };
        }
      }
    },
  },
];
