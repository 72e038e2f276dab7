import { join } from "node:path";
import { ApiServer } from "./server";

/** All tests of conformance with the newest line of Kubernetes. */
const server = new ApiServer();
delete process.env.KIND_CLUSTER;
process.env.CLUSTER = join(__dirname, "exec.sh");
process.env.KUBECONFIG = server.kubeconfig;

beforeAll(async () => {
  await server.start();
  console.log(`the API server is of Kubernetes ${await server.version()}`);
}, 900_000);

require("../conformance.test");

afterAll(() => server.stop());
