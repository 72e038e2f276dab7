/*!
 * The newest block of the node's store, asked for as the node ends. ev-node (seen in 1.2.2) finishes a block that it
 * was making when it was told to end, and sends it to nobody. It closes its RPC port as it is told, and waits up to 3 s
 * for a request that has begun. So one is begun in advance, and finished once the port is closed.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 50;
/** ev-node gives a request up 10 s after its first byte. */
const RENEW_MS = 4000;
/** For the block in the making, which takes a few ms, or some dozens where it is large. */
const FINISH_MS = 150;
const ANSWER_MS = 1000;

export class LastBlock {
  /** Of the node's process that ended last; absent where it ended without an answer. */
  height?: number;
  private begun?: Begun;

  constructor(
    /** The node's RPC. */
    private readonly rpc: URL,
    private readonly clock: () => number,
  ) {}

  async run(): Promise<never> {
    for (;;) {
      await this.look();
      await sleep(LOOK_MS);
    }
  }

  async look(): Promise<void> {
    const socket = await opened(this.rpc);
    const due = !this.begun || this.begun.over || this.begun.at + RENEW_MS <= this.clock();
    if (socket && due) {
      this.begun?.drop();
      this.begun = new Begun(socket, this.rpc.host, this.clock());
    } else socket?.destroy();
    if (socket || !this.begun) return;
    await sleep(FINISH_MS);
    this.height = await this.begun.finish();
    this.begun = undefined;
  }
}

/** A request whose body is still to come. */
class Begun {
  over = false;
  private answer = "";
  private readonly closed: Promise<void>;

  constructor(
    private readonly socket: Socket,
    host: string,
    readonly at: number,
  ) {
    socket.on("error", () => {}); // "close" follows
    socket.on("data", data => {
      this.answer += data;
    });
    this.closed = new Promise<void>(resolve => socket.once("close", () => resolve())).then(() => {
      this.over = true;
    });
    const lines = [
      "POST /evnode.v1.StoreService/GetState HTTP/1.1",
      `Host: ${host}`,
      "Content-Type: application/json",
      "Content-Length: 2",
      "Connection: close",
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  async finish(): Promise<number | undefined> {
    const late = setTimeout(() => this.drop(), ANSWER_MS);
    this.socket.write("{}");
    await this.closed;
    clearTimeout(late);
    const [, height] = /"lastBlockHeight":"(\d+)"/.exec(this.answer) ?? [];
    return height === undefined ? undefined : Number(height);
  }

  drop(): void {
    this.socket.destroy();
  }
}

function opened(url: URL): Promise<Socket | undefined> {
  return new Promise(resolve => {
    const socket = connect(Number(url.port), url.hostname);
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });
}
