/** What a pod asks for. No CPU limit: throttling delays p2p answers. */
export interface Resources {
  /** CPU request, such as `100m`. */
  readonly cpu: string;
  /** Memory request, such as `512Mi`. */
  readonly memory: string;
  /** Memory limit; the heap is sized to three quarters of it, so that the process ends before the kernel ends it. */
  readonly memoryLimit: string;
}
