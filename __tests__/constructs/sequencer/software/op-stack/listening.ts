import { type AddressInfo, createServer, type Server } from "node:net";

/**
 * A port that listens for as long as the tests of a file run, in place of the programs that a script waits for.
 *
 * @returns the port, once the tests have begun
 */
export function listeningPort(): () => string {
  let server: Server;
  beforeAll(async () => {
    server = createServer().listen(0, "127.0.0.1");
    await new Promise(resolve => server.once("listening", resolve));
  });
  afterAll(() => server.close());
  return () => String((server.address() as AddressInfo).port);
}
