import { CONTAINER_SECURITY } from "../kubernetes/pod-security";
import type { Container, Volume } from "../kubernetes/provider";
import type { Resources } from "../kubernetes/resources";
import { EV_RETH, type EvmExecution } from "./ev-node";
import { SEQUENCER_PATHS } from "./sequencer";

/**
 * ev-reth beside a member, with its data on a volume of its own (claim `execution`). It follows ev-node through the Engine API on
 * loopback alone, so no two members can share it; only its JSON-RPC is on the pod's address. Flags as in upstream's compose file, but for its pool limits.
 */
export function executionClient({ image, jwtSecret, genesisConfigMap }: EvmExecution, resources: Resources) {
  const container: Container = {
    name: "execution",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["ev-reth"],
    args: [
      "node",
      `--chain=${EV_RETH.genesis}/genesis.json`,
      `--datadir=${EV_RETH.data}`,
      `--metrics=0.0.0.0:${EV_RETH.metrics}`,
      "--authrpc.addr=127.0.0.1",
      `--authrpc.port=${EV_RETH.engine}`,
      `--authrpc.jwtsecret=${EV_RETH.jwt}`,
      "--http",
      "--http.addr=0.0.0.0",
      `--http.port=${EV_RETH.http}`,
      "--http.api=eth,net,web3,txpool",
      // Every block is on disk before ev-node signs the next one: a restart finds both at the same height.
      "--engine.persistence-threshold=0",
      "--engine.memory-block-buffer-target=0",
      "--disable-discovery",
    ],
    env: [{ name: "HOME", value: "/tmp" }],
    port: [
      { name: "eth", containerPort: EV_RETH.http, protocol: "TCP" },
      { name: "eth-metrics", containerPort: EV_RETH.metrics, protocol: "TCP" },
    ],
    // ev-node's last block needs it: it stays until the node has ended, or the pod's grace period is almost over.
    lifecycle: {
      preStop: [
        {
          exec: {
            command: [
              "/bin/sh",
              "-c",
              `i=0; while [ -e ${SEQUENCER_PATHS.run}/running ] && [ $i -lt 25 ]; do sleep 1; i=$((i+1)); done`,
            ],
          },
        },
      ],
    },
    startupProbe: { tcpSocket: [{ port: "eth" }], periodSeconds: 2, failureThreshold: 150 },
    livenessProbe: { tcpSocket: [{ port: "eth" }], periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 6 },
    resources: {
      requests: { cpu: resources.cpu, memory: resources.memory },
      limits: { memory: resources.memoryLimit },
    },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "execution", mountPath: EV_RETH.data },
      { name: "tmp", mountPath: "/tmp" },
      { name: "run", mountPath: SEQUENCER_PATHS.run, readOnly: true },
      { name: "execution-genesis", mountPath: EV_RETH.genesis, readOnly: true },
      JWT_MOUNT,
    ],
  };
  const volumes: Volume[] = [
    { name: "execution-genesis", configMap: { name: genesisConfigMap } },
    {
      name: "jwt",
      secret: { secretName: jwtSecret, defaultMode: "0440", items: [{ key: "jwt.hex", path: "jwt.hex" }] },
    },
  ];
  return { container, volumes };
}

/** ev-node signs its calls to the Engine API with the same secret. */
export const JWT_MOUNT = { name: "jwt", mountPath: "/jwt", readOnly: true } as const;
