import type { NodeSoftware } from "../software/software";

/** Labels that select the series of a sequencer: its members', its proxies', and those of what runs in a member. */
export function seriesOf({ namespace, name, engine }: SeriesOf): Series {
  const { metric, labels } = engine.software.height;
  const job = `job="${namespace}/${name}"`;
  const claim = `namespace="${namespace}",persistentvolumeclaim=~"(data|execution)-${name}-[0-9]+"`;
  const proxy = `job="${namespace}/${name}-proxy"`;
  return {
    job,
    proxy,
    height: `${metric}{${[job, ...(labels ? [labels] : [])].join(",")}}`,
    leaders: `haproxy_backend_active_servers{${proxy},proxy="write"}`,
    membersUp: `(sum(up{${job},endpoint="metrics"}) or vector(0))`,
    // Rounded: Prometheus extends an increase to the ends of the window, and three losses would be more than three.
    changes: `max(sum by (pod) (round(increase(haproxy_server_check_up_down_total{${proxy},proxy="write"}[10m]))))`,
    free: `kubelet_volume_stats_available_bytes{${claim}} / kubelet_volume_stats_capacity_bytes{${claim}}`,
  };
}

interface SeriesOf {
  readonly namespace: string;
  readonly name: string;
  readonly engine: { readonly software: NodeSoftware };
}

/** The selectors and series of one sequencer, as PromQL. */
export interface Series {
  /** Selects the series of members. */
  readonly job: string;
  /** Selects the series of proxies. */
  readonly proxy: string;
  readonly height: string;
  readonly leaders: string;
  readonly membersUp: string;
  /** Losses of leadership in ten minutes, as the proxy sees them that saw most. */
  readonly changes: string;
  /** The free share of the members' volumes. */
  readonly free: string;
}
