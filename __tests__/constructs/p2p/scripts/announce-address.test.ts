import { fails, prints, run, type Stub } from "../../run-script";

const HOST = "boot-p2p.net.svc.cluster.local";

/** What getent prints for a name with one address. */
const resolves = (address: string) =>
  prints(`${address}       STREAM ${HOST}\n${address}       DGRAM\n${address}       RAW`);

/** Not the look for other addresses, after the last one. */
const isAttempt = (call: string) => call.startsWith("ahostsv4 ");

function announce(env: Record<string, string>, stubs: Record<string, Stub> = {}) {
  return run("announce-address.sh", { env: { POD_NAME: "boot-0", ...env }, stubs });
}

function service(getent: Stub, env: Record<string, string> = {}) {
  return announce({ ANNOUNCE_MODE: "service", ANNOUNCE_HOST: HOST, ANNOUNCE_ATTEMPTS: "3", ...env }, { getent });
}

describe("service", () => {
  test.concurrent("prints the address of the Service, alone on stdout", async () => {
    const { code, stdout, stderr, calls } = await service({ [HOST]: resolves("10.96.7.7") });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "10.96.7.7\n",
      stderr: `announcing 10.96.7.7 (${HOST})\n`,
    });
    expect(calls("getent")).toEqual([`ahostsv4 ${HOST}`]);
  });

  test.concurrent("takes the first of several addresses", async () => {
    const { stdout } = await service({ [HOST]: prints(`10.96.7.7 STREAM ${HOST}\n10.96.7.8 STREAM`) });
    expect(stdout).toBe("10.96.7.7\n");
  });

  test.concurrent("waits for a name that resolves late, and counts the attempts", async () => {
    const { code, stdout, stderr, calls } = await service({ [HOST]: [fails(2), fails(2), resolves("10.96.7.7")] });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "10.96.7.7\n" });
    expect(stderr.split("\n")).toEqual([
      `resolve ${HOST}: attempt 1/3: no answer`,
      `resolve ${HOST}: attempt 2/3: no answer`,
      `announcing 10.96.7.7 (${HOST})`,
      "",
    ]);
    expect(calls("getent")).toHaveLength(3);
  });

  test.concurrent("fails after the last attempt, with host, attempts and remedy, and no address", async () => {
    const { code, stdout, stderr, calls } = await service({ [HOST]: fails(2) });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(calls("getent").filter(isAttempt)).toHaveLength(3);
    expect(stderr).toMatch(`attempt 3/3`);
    expect(stderr).toMatch(`fatal: ${HOST} did not resolve in 3 attempts, 0s apart`);
    expect(stderr).toMatch("kubectl get service boot-p2p)");
  });

  test.concurrent("fails where the Service has IPv6 alone, and says so", async () => {
    const ipv6 = prints("fd00::7 STREAM boot\nfd00::7 DGRAM");
    const { code, stdout, stderr } = await service(`[ "$1" = ahosts ] || exit 2; ${ipv6}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`fatal: ${HOST} has no IPv4 address, only fd00::7, and nodes announce IPv4:`);
    expect(stderr).toContain("set kubernetes.ipFamily: IPv4");
    expect(stderr).not.toContain("did not resolve");
  });

  test.concurrent("gives up after 30 attempts unless told otherwise", async () => {
    const { code, stderr, calls } = await announce(
      { ANNOUNCE_MODE: "service", ANNOUNCE_HOST: HOST },
      { getent: { [HOST]: fails(2) } },
    );
    expect(code).toBe(1);
    expect(calls("getent").filter(isAttempt)).toHaveLength(30);
    expect(stderr).toMatch("did not resolve in 30 attempts");
  });

  test.concurrent.each([
    ["nothing", ""],
    ["an IPv6 address", "fd00::7"],
    ["a mapped address", "::ffff:10.96.7.7"],
    ["no host", "0.0.0.0"],
    ["the pod itself", "127.0.0.1"],
    ["a name", HOST],
    ["three bytes", "10.96.7"],
    ["five bytes", "10.96.7.7.7"],
    ["more than a byte", "10.96.7.256"],
    ["an octal byte", "10.96.7.07"],
    ["a list", "10.96.7.7,10.96.7.8"],
    ["garbage", "-e *"],
  ])("fails if the answer is %s", async (_, answer) => {
    const { code, stdout, stderr } = await service({ [HOST]: prints(answer) }, { ANNOUNCE_ATTEMPTS: "1" });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(`resolve ${HOST}: attempt 1/1: ${answer.split(" ")[0] || "no answer"}\n`);
    expect(stderr).toMatch("fatal: ");
  });

  test.concurrent.each([
    ["boot-0", HOST],
    ["boot-1", "boot-1-p2p.net.svc.cluster.local"],
    ["boot-10", "boot-10-p2p.net.svc.cluster.local"],
    ["boot-20", "boot-20-p2p.net.svc.cluster.local"],
  ])("of %s is %s", async (pod, host) => {
    const { stdout, stderr } = await service({ [host]: resolves("10.96.7.8") }, { POD_NAME: pod });
    expect({ stdout, stderr }).toEqual({ stdout: "10.96.7.8\n", stderr: `announcing 10.96.7.8 (${host})\n` });
  });
});

describe("pod", () => {
  test.concurrent.each([
    ["one address", "10.244.0.9", "10.244.0.9"],
    ["several", "10.244.0.9 10.244.0.10", "10.244.0.9"],
    ["IPv6 first", "fd00::9 10.244.0.9 ", "10.244.0.9"],
    ["loopback first", "127.0.1.1 10.244.0.9", "10.244.0.9"],
  ])("prints the pod's address: %s", async (_, printed, address) => {
    const { code, stdout, stderr, calls } = await announce(
      { ANNOUNCE_MODE: "pod" },
      { hostname: { "-i": prints(printed) } },
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${address}\n`, stderr: "" });
    expect(calls("hostname")).toEqual(["-i"]);
  });

  test.concurrent.each([
    ["nothing", prints(""), ""],
    ["a failure", fails(1, "hostname: Name or service not known"), ""],
    ["IPv6 alone", prints("fd00::9"), "fd00::9"],
    ["loopback alone", prints("127.0.0.1"), "127.0.0.1"],
    ["garbage", prints("boot-0"), "boot-0"],
  ])("fails for %s", async (_, hostname, printed) => {
    const { code, stdout, stderr } = await announce({ ANNOUNCE_MODE: "pod" }, { hostname: { "-i": hostname } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(`fatal: hostname -i printed "${printed}", `);
  });
});

describe("fixed", () => {
  const addresses = { ANNOUNCE_MODE: "fixed", ANNOUNCE_ADDRESSES: "203.0.113.1 203.0.113.2" };

  test.concurrent.each([
    ["boot-0", "203.0.113.1"],
    ["boot-1", "203.0.113.2"],
  ])("of %s is %s", async (pod, address) => {
    const { code, stdout } = await announce({ ...addresses, POD_NAME: pod });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${address}\n` });
  });

  test.concurrent("fails for a replica without an address", async () => {
    const { code, stdout, stderr } = await announce({ ...addresses, POD_NAME: "boot-2" });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe('fatal: no address for ordinal 2 in "203.0.113.1 203.0.113.2": reserve one per replica.\n');
  });
});

test.concurrent("query prints nothing and asks nobody", async () => {
  const { code, stdout, stderr, calls } = await announce({ ANNOUNCE_MODE: "query" });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  expect([...calls("getent"), ...calls("hostname"), ...calls("curl")]).toEqual([]);
});

test.concurrent.each(["", "clusterIp"])('fails for the mode "%s"', async mode => {
  const { code, stdout, stderr } = await announce({ ANNOUNCE_MODE: mode });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(`fatal: ANNOUNCE_MODE is "${mode}": use service, pod, fixed or query.\n`);
});
