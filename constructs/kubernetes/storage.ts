/** A volume that outlives the pod. */
export interface Storage {
  /**
   * Fixed at creation: Kubernetes refuses a changed claim template, and Terraform reports success without changing it.
   * @default "2Gi"
   */
  readonly size?: string;
  /** @default - the cluster's default StorageClass */
  readonly className?: string;
}
