import { PRIVATE_CIDRS } from "../address";

/** Azure's WireServer, in no private range. */
const AZURE = "168.63.129.16/32";

/**
 * Where clouds serve credentials, configuration and DNS to whoever asks from the host: link-local addresses (AWS,
 * Google, Azure, Oracle and most others), Azure's WireServer, Alibaba, Oracle's older one.
 */
export const METADATA_CIDRS: readonly string[] = ["169.254.0.0/16", AZURE, "100.100.100.200/32", "192.0.0.192/32"];

/** The same in IPv6: link-local, AWS (fd00:ec2::254 and its neighbours), Google, Scaleway. */
export const METADATA_CIDRS_V6: readonly string[] = [
  "fe80::/10",
  "fd00:ec2::/32",
  "fd20:ce::254/128",
  "fd00:42::42/128",
];

/** The public internet by IPv4, without private ranges and metadata: no pod, no host, no kubelet of a usual cluster. */
export const INTERNET_V4 = { ipBlock: { cidr: "0.0.0.0/0", except: [...PRIVATE_CIDRS, AZURE] } };

/** The public internet. Private and link-local addresses of IPv6 are outside of its global range. */
export const INTERNET = [INTERNET_V4, { ipBlock: { cidr: "2000::/3" } }];

/** Every address but metadata: for what may have a private address that nobody named. */
export const ALL_BUT_METADATA = [
  { ipBlock: { cidr: "0.0.0.0/0", except: [...METADATA_CIDRS] } },
  { ipBlock: { cidr: "::/0", except: [...METADATA_CIDRS_V6] } },
];
