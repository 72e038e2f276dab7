// Both ends of the calls of the flow matrix.
//   node calls.mjs listen '{"addresses": [...], "tcp": [...], "udp": [...], "control": 19999}'
//     answers at these ports, and calls what it is asked to at its control port, if it has one. It ends when standard
//     input does; a pod's never does.
//   node calls.mjs ask <QUESTIONS
//     has each caller call its targets, all at once: [{"caller": ADDRESS, "targets": [[HOST, PORT, "TCP"], ...]}, ...].
//     Without a caller it calls them itself. Prints a list of answers for each.
import { createSocket } from "node:dgram";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer } from "node:net";

const TIMEOUT_MS = 2000; // a SYN that is lost is sent again after 1 s
const AT_ONCE = 200;
const CONTROL = 19999;
// A query for the root's name servers: a DNS server answers it, and all others send it back.
const QUERY = Buffer.from("5eed01000001000000000000000002" + "0001", "hex");

/** `answered`, `refused` or `silent`; an error that says nothing about policies is thrown. */
function call([host, port, protocol]) {
  return new Promise((resolve, reject) => {
    // What has arrived meanwhile is heard before a timeout: a busy process is late for both.
    let ended = false;
    const end = (close, answer) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      clearInterval(again);
      close();
      if (typeof answer === "string") resolve(answer);
      else if (answer.code === "ECONNREFUSED") resolve("refused");
      else reject(answer);
    };
    let timer;
    let again;
    if (protocol === "TCP") {
      const socket = connect({ host, port });
      const close = () => socket.destroy();
      socket.on("connect", () => end(close, "answered"));
      socket.on("error", error => end(close, error));
      timer = setTimeout(() => setImmediate(end, close, "silent"), TIMEOUT_MS);
    } else {
      const socket = createSocket("udp4");
      const close = () => socket.close();
      socket.on("message", () => end(close, "answered"));
      socket.on("error", error => end(close, error));
      socket.connect(port, host, () => {
        const send = () => socket.send(QUERY, () => {});
        send();
        again = setInterval(send, TIMEOUT_MS / 3);
      });
      timer = setTimeout(() => setImmediate(end, close, "silent"), TIMEOUT_MS);
    }
  });
}

async function callAll(targets) {
  const answers = [];
  const waiting = targets.entries();
  const worker = async () => {
    for (const [i, target] of waiting) answers[i] = await call(target);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

async function listen({ addresses, tcp, udp, control }) {
  for (const host of addresses) {
    for (const port of tcp) createServer(socket => socket.on("error", () => {}).end()).listen({ host, port });
    for (const port of udp) {
      const socket = createSocket("udp4");
      socket.on("message", (message, from) => socket.send(message, from.port, from.address, () => {}));
      socket.bind(port, host);
    }
  }
  if (!control) {
    process.stdin.on("end", () => process.exit()).resume();
    return;
  }
  createHttpServer(async (request, response) => {
    try {
      response.end(JSON.stringify(await callAll(JSON.parse(await text(request)))));
    } catch (error) {
      response.writeHead(500).end(`${error}`);
    }
  }).listen(CONTROL);
}

async function ask() {
  const questions = JSON.parse(await text(process.stdin));
  const answers = questions.map(async ({ caller, targets }) => {
    if (!caller) return callAll(targets);
    const asked = await fetch(`http://${caller}:${CONTROL}/`, { method: "POST", body: JSON.stringify(targets) });
    if (!asked.ok) throw new Error(`${caller}: ${await asked.text()}`);
    return asked.json();
  });
  process.stdout.write(JSON.stringify(await Promise.all(answers)));
}

async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const [, , command, argument] = process.argv;
await (command === "ask" ? ask() : listen(JSON.parse(argument)));
