import fs from "node:fs";
import { parse } from "yaml";
import { calls, environment, healthy, removeStub, run, setCluster, startStub } from "./stub-cluster";

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3", "cluster: { inCluster: true }\n");
});
afterAll(removeStub);

const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

test("kubectl takes the account of the pod, whatever kubeconfig is there", async () => {
  setCluster(healthy("raft"));
  const { existsSync } = fs;
  jest.spyOn(fs, "existsSync").mockImplementation(path => path === TOKEN || existsSync(path));
  await run("check", "raft", "--no-drift");
  const [call] = calls();
  const [cluster, user] = [
    parse(call?.kubeconfig ?? "").clusters[0].cluster,
    parse(call?.kubeconfig ?? "").users[0].user,
  ];
  expect(cluster).toEqual({
    server: "https://kubernetes.default.svc",
    "certificate-authority": "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
  });
  expect(user).toEqual({ tokenFile: TOKEN });
});

test("fails where there is no such account, and does not look elsewhere", async () => {
  const { stderr } = await run("sequencer", "status", "raft");
  expect(stderr).toBe(`there is no ${TOKEN}: this is no pod with a service account → set cluster.inCluster: false`);
});
