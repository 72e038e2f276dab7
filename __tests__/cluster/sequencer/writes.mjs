// Writes to a sequencer one after the other, as a client does: node writes.mjs '{"url":"http://10.96.0.9:9090","prefix":"r1"}'
// Prints a JSON line per write, {"key":"r1-0","asked":…,"t":…,"accepted":true}, until the end of standard input. Times
// as in watch.mjs. With "keys":[…] it prints which of them are not there, {"missing":[…]}, and ends.
const { url, prefix, keys, intervalMs = 50, timeoutMs = 15_000 } = JSON.parse(process.argv[2]);
const now = () => Math.round((performance.timeOrigin + performance.now()) * 10) / 10;
const ask = (path, options) => fetch(`${url}${path}`, { ...options, signal: AbortSignal.timeout(timeoutMs) });

async function write(n) {
  const [key, asked] = [`${prefix}-${n}`, now()];
  const answer = await ask("/tx", { method: "POST", body: `${key}=${n}` }).catch(() => undefined);
  process.stdout.write(`${JSON.stringify({ key, asked, t: now(), accepted: answer?.status === 202 })}\n`);
}

if (keys) {
  const missing = [];
  for (const key of keys) {
    const answer = await ask(`/kv?key=${key}`);
    if (!answer.ok) missing.push(key);
  }
  console.log(JSON.stringify({ missing }));
} else {
  let stopped = false;
  process.stdin.resume().on("end", () => {
    stopped = true;
  });
  for (let n = 0; !stopped; n++) {
    await write(n);
    await new Promise(resolve => setTimeout(resolve, intervalMs));
  }
}
