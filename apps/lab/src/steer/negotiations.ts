/** How long the controller's negotiations with the agents took, from its metrics (Prometheus text format 0.0.4). @module */

export interface Negotiations {
  /** That an agent agreed to. */
  readonly agreed: number
  /** That ended otherwise. */
  readonly failed: number
  /** Milliseconds, of the last of them; null where there was none. */
  readonly p50: number | null
  readonly max: number | null
}

/** `vagus_steering_negotiations_total{outcome="agreed"} 9`, `vagus_steering_negotiation_seconds{quantile="0.5"} 0.041` */
export function negotiationsIn(metrics: string): Negotiations {
  const seconds = (quantile: string): number | null => {
    const value = valueOf(metrics, `vagus_steering_negotiation_seconds{quantile="${quantile}"}`)
    return value === undefined || Number.isNaN(value) ? null : Math.round(value * 1000)
  }
  const count = (outcome: string): number =>
    valueOf(metrics, `vagus_steering_negotiations_total{outcome="${outcome}"}`) ?? 0
  return { agreed: count('agreed'), failed: count('failed'), p50: seconds('0.5'), max: seconds('1') }
}

function valueOf(metrics: string, series: string): number | undefined {
  const line = metrics.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}
