/** Ports of API servers: of managed clusters, and of kubeadm and most others. */
export const API_SERVER_PORTS: readonly number[] = [443, 6443];
