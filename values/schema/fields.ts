import { z } from "zod";
import { DAY, type Duration, durationUpTo } from "../../constructs/kubernetes/duration";
import { otlpFault, rangeFault, urlFault, urlHostFault } from "../../constructs/kubernetes/grammar/address";
import { CPU, MEMORY, VOLUME_SIZE } from "../../constructs/kubernetes/grammar/amount";
import type { Fault, Grammar } from "../../constructs/kubernetes/grammar/grammar";
import {
  DATA_KEY,
  DNS_DOMAIN,
  LABEL_KEY,
  LABEL_VALUE,
  dnsLabel as label,
  OBJECT_NAME,
} from "../../constructs/kubernetes/grammar/names";
import { ownNamespace, workloadName as workload } from "../../constructs/kubernetes/grammar/reserved";
import { API_SERVER_PORTS } from "../../constructs/kubernetes/network/api-server-ports";
import { DNS_PRESETS } from "../../constructs/kubernetes/network/dns";

/** A text that follows a grammar. What its form cannot say is checked after it. */
export function following({ is, form, longest, wrong }: Grammar) {
  const text = z
    .string()
    .max(longest, { error: `must have at most ${longest} characters`, abort: true })
    .regex(form, { error: `must be ${is}`, abort: true });
  return wrong ? text.superRefine(refused(wrong)) : text;
}

/** Says what a grammar finds wrong, with its remedy, about the text itself. */
function refused(wrong: (text: string) => Fault | undefined) {
  return (text: string, context: z.core.$RefinementCtx<string>) => {
    const [what, remedy] = wrong(text) ?? [];
    if (what) context.addIssue({ code: "custom", message: what, params: { ofText: true, remedy } });
  };
}

/** A list that names nothing twice. */
export function listOfUnique<S extends z.ZodType<string | number>>(element: S) {
  return z.array(element).superRefine((list, context) => {
    list.forEach((each, i) => {
      const first = (list as readonly (string | number)[]).indexOf(each as string | number);
      if (first < i) {
        const message = `is the same as element ${first}`;
        context.addIssue({ code: "custom", path: [i], message, params: { ofText: true, remedy: "name it once" } });
      }
    });
  });
}

/** A DNS-1123 label. */
export const dnsLabel = (longest: number) => following(label(longest));
/** A namespace that the package creates. */
export const namespaceName = (longest: number) => following(ownNamespace(longest));
const EXISTING =
  "The namespace exists already, and is used without being owned: for platforms that give a team its namespace, as " +
  "Rancher and OpenShift do. Its labels, with the Pod Security level, are its owner's.";
/** Whether the section's namespace is somebody else's. */
export const existingNamespace = z.boolean().default(false).describe(EXISTING);
/** Whether that of a part is, which may not be there. */
export const existingNamespaceOfPart = z.boolean().optional().describe(`${EXISTING} Default: \`false\`.`);

/** The name of a workload. Those of p2p stop at 52, so that a StatefulSet's revision label fits into 63 characters. */
export const workloadName = (longest: number) => following(workload(longest));
/** The name of an object, such as a Secret or a StorageClass. */
export const objectName = following(OBJECT_NAME);
export const secretName = objectName;
export const dataKey = following(DATA_KEY);
export const dnsDomain = following(DNS_DOMAIN);

/** A name with a domain before it, such as the class of a load balancer. */
export const objectPath = following(LABEL_KEY);

export const port = z.int().min(1).max(65535);
export const cidr = z
  .cidrv4({ error: "must be an IPv4 range such as 10.0.0.0/24", abort: true })
  .superRefine(refused(rangeFault));

const withoutCredentials = (url: z.ZodURL, remedy = "use a URL that needs none") =>
  url.regex(/^[^\s,]+$/, "must not contain spaces or commas").superRefine(
    refused(text => {
      const { username, password } = new URL(text);
      return username || password ? ["must not carry credentials", remedy] : undefined;
    }),
  );
const WEB = z.url({ protocol: /^https?$/, error: "must be an http or https URL", abort: true });
const webUrl = withoutCredentials(WEB);
const calledFault = (text: string) => urlFault(text) ?? urlHostFault(text);

/** A URL that is not called from pods. */
export const anyUrl = webUrl.superRefine(refused(urlFault));
/** A URL of any scheme. */
export const publicUrl = withoutCredentials(z.url({ error: "must be a URL", abort: true })).superRefine(
  refused(urlFault),
);
/** A URL that pods call. */
export const url = webUrl.superRefine(refused(calledFault));
/** The same where a Secret can have it instead. */
export const urlOrSecret = withoutCredentials(WEB, "put the URL into a Secret, and name that in secretEnv").superRefine(
  refused(calledFault),
);
/** A collector of telemetry. */
export const otlpEndpoint = webUrl
  .superRefine(refused(text => urlFault(text) ?? otlpFault(text)))
  .describe(
    "URL of a collector that takes OTLP over HTTP, such as `http://otel.monitoring.svc:4318`, without a path. The " +
      "policies open the way there.",
  );

export const text = z.string().min(1, "must not be empty");

/** A key of a Secret as an environment variable. */
export const secretVariable = z.strictObject({
  secret: secretName.describe("Name of the Secret."),
  key: dataKey.describe("Key in the Secret."),
  targets: z
    .array(text)
    .optional()
    .describe(
      "Where a URL in it leads, without what is secret, such as `https://l1.example.org:8545`: the policies open the " +
        "way there. `[]` for what is no URL.",
    ),
});

/** Addresses of replicas, in their order. */
export const addresses = (address: Grammar) =>
  z
    .array(following(address))
    .min(1)
    .refine(list => new Set(list).size === list.length, "must not name an address twice: every replica needs its own");
export const enrText = z.string().regex(/^enr:[A-Za-z0-9_-]+$/, "must be an ENR (enr:…)");
export const imageReference = text;
export const keyValues = z.record(z.string(), z.string());
export const labels = z.record(following(LABEL_KEY), following(LABEL_VALUE));
export const annotations = z.record(following(LABEL_KEY), z.string());

export const resources = z.strictObject({
  cpu: following(CPU).describe("CPU request. There is no CPU limit, because throttling delays p2p answers."),
  memory: following(MEMORY).describe("Memory request."),
  memoryLimit: following(MEMORY).describe("Memory limit. The heap gets three quarters of it."),
});

/** A volume that outlives its pod. */
export const storageOf = (usual: string) =>
  z.strictObject({
    size: following(VOLUME_SIZE)
      .default(usual)
      .describe(
        "Size, fixed at creation: Kubernetes does not resize a claim template, and Terraform reports a change as " +
          "done without making it.",
      ),
    className: objectName
      .optional()
      .describe("StorageClass. Default: the default class of the cluster, which then decides where the data is."),
  });

export const storage = storageOf("2Gi");

/** A time such as `200ms`, `5s`, `10m` or `1h`, of a day at most unless it says more. */
export const durationAtMost = (most: Duration) =>
  following(durationUpTo(most)) as unknown as z.ZodType<Duration, Duration>;
export const duration = durationAtMost(DAY);

const RANGE = "must be a range such as 10.0.0.5/32 or fd00::5/128";
const anyCidr = z
  .string()
  .regex(/^[0-9a-fA-F.:]+\/[0-9]{1,3}$/, { error: RANGE, abort: true })
  .refine(text => z.union([z.cidrv4(), z.cidrv6()]).safeParse(text).success, { error: RANGE, abort: true })
  .superRefine(refused(rangeFault));

/** Where the Kubernetes API server is; `use` says what for, where not everything needs it. */
export const apiServer = (use = "") => ({
  apiServer: listOfUnique(anyCidr)
    .default([])
    .describe(
      `Addresses of the endpoints of the Kubernetes API server${use}, never of its Service. A protected environment ` +
        "must name them. Default: its ports on every host and pod.",
    ),
  apiServerPorts: listOfUnique(port)
    .min(1)
    .default([...API_SERVER_PORTS])
    .describe("Ports of those endpoints."),
});

const pods = {
  namespace: dnsLabel(63).describe("Pods of this namespace."),
  podLabels: labels.default({}).describe("Only pods with these labels."),
};
/** Ports of pods whose Service has another one. */
export const targetPorts = z
  .record(
    z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+\.svc(\.[a-z0-9-]+)*:[1-9][0-9]*$/, {
      error: "must be <service>.<namespace>.svc:<port>, as in the URL, with 80 or 443 where the URL has no port",
    }),
    port,
  )
  .default({})
  .describe(
    "Ports of the pods behind a Service that has another one, by `<host>:<port>` of the URLs, such as " +
      "`{ \"geth.l1.svc:80\": 8545 }`. Policies see the pod's port. Default: the URLs' ports.",
  );

const blocks = { cidr: cidr.describe("A range of IPv4 addresses.") };
const ports = {
  ports: listOfUnique(port).default([]).describe("TCP ports. Default: every port."),
};
const dnsPorts = {
  ports: listOfUnique(port).min(1).default([53]).describe("Ports of its pods, TCP and UDP."),
};

/** Who may reach a port, or be reached: pods of another namespace, or addresses. */
export const endpoint = z.union([z.strictObject(pods), z.strictObject(blocks)]);

/** Where pods resolve names, beside those known by a name. */
export const dnsServer = z.union([
  z.enum(DNS_PRESETS),
  z.strictObject({ ...pods, ...dnsPorts }),
  z.strictObject({ ...blocks, ...dnsPorts }),
]);

/** What pods call beside their wiring. */
export const destination = z.union([z.strictObject({ ...pods, ...ports }), z.strictObject({ ...blocks, ...ports })]);
