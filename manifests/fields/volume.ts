import { type Block, many, one, refused, stringMap, strings } from "./field";
import { claimSpec, fieldRef, notes, resourceFieldRef } from "./meta";

const dropped = refused("the provider drops this from a pod's volumes");

const items: Block = { key: "string", path: "string", mode: "mode" };
const files: Block = {
  path: "string",
  field_ref: one(fieldRef),
  resource_field_ref: one(resourceFieldRef),
  mode: "mode",
};
const secretRef: Block = { name: "string", namespace: dropped };

/** A `sources` block may hold several of each; Kubernetes wants one source per entry. */
const sources: Block = {
  secret: many({ name: "string", items: many(items), optional: "bool" }),
  config_map: many({ name: "string", items: many(items), optional: "bool" }),
  downward_api: many({ items: many(files) }, "downwardAPI"),
  service_account_token: many({ audience: "string", expiration_seconds: "int", path: "string" }),
};

const common: Block = {
  name: "string",
  config_map: one({ name: "string", items: many(items), default_mode: "mode", optional: "bool" }),
  secret: one({ secret_name: "string", items: many(items), default_mode: "mode", optional: "bool" }),
  empty_dir: one({ medium: "string", size_limit: "quantity" }),
  projected: one({ sources: { shape: { spread: sources } }, default_mode: "mode" }),
  downward_api: one({ items: many(files), default_mode: "mode" }, "downwardAPI"),
  persistent_volume_claim: one({ claim_name: "string", read_only: "bool" }),
  ephemeral: one({ volume_claim_template: one({ metadata: one(notes), spec: one(claimSpec) }) }),
  host_path: one({ path: "string", type: "string" }),
  nfs: one({ server: "string", path: "string", read_only: "bool" }),
  csi: one({
    driver: "string",
    fs_type: "string",
    read_only: "bool",
    volume_attributes: stringMap,
    node_publish_secret_ref: one({ name: "string" }),
  }),
};

const storageSystems: Block = {
  aws_elastic_block_store: one({
    volume_id: { shape: "string", as: "volumeID" },
    fs_type: "string",
    partition: "int",
    read_only: "bool",
  }),
  azure_disk: one({
    disk_name: "string",
    data_disk_uri: { shape: "string", as: "diskURI" },
    caching_mode: "string",
    fs_type: "string",
    kind: "string",
    read_only: "bool",
  }),
  azure_file: one({ secret_name: "string", secret_namespace: dropped, share_name: "string", read_only: "bool" }),
  cinder: one({ volume_id: { shape: "string", as: "volumeID" }, fs_type: "string", read_only: "bool" }),
  fc: one({ target_ww_ns: { shape: strings, as: "targetWWNs" }, lun: "int", fs_type: "string", read_only: "bool" }),
  flex_volume: one({
    driver: "string",
    fs_type: "string",
    options: stringMap,
    read_only: "bool",
    secret_ref: one(secretRef),
  }),
  flocker: one({ dataset_name: "string", dataset_uuid: { shape: "string", as: "datasetUUID" } }),
  gce_persistent_disk: one({ pd_name: "string", fs_type: "string", partition: "int", read_only: "bool" }),
  git_repo: one({ repository: "string", revision: "string", directory: "string" }),
  glusterfs: one({ endpoints_name: { shape: "string", as: "endpoints" }, path: "string", read_only: "bool" }),
  iscsi: one({
    target_portal: "string",
    iqn: "string",
    lun: "int",
    iscsi_interface: "string",
    fs_type: "string",
    read_only: "bool",
  }),
  photon_persistent_disk: one({ pd_id: { shape: "string", as: "pdID" }, fs_type: "string" }),
  quobyte: one({ registry: "string", volume: "string", user: "string", group: "string", read_only: "bool" }),
  rbd: one({
    ceph_monitors: { shape: strings, as: "monitors" },
    rbd_image: { shape: "string", as: "image" },
    rbd_pool: { shape: "string", as: "pool" },
    rados_user: { shape: "string", as: "user" },
    keyring: "string",
    secret_ref: one(secretRef),
    fs_type: "string",
    read_only: "bool",
  }),
  vsphere_volume: one({ volume_path: "string", fs_type: "string" }),
  ceph_fs: dropped,
  local: dropped,
};

export const volume: Block = { ...common, ...storageSystems };
