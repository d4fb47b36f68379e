/**
 * The error of a volume estimated from sampled packets.
 *
 * If each packet is sampled with probability 1/N, the estimate of the true octets is N × the sampled octets, and the
 * estimate of its variance is the sum of N·(N−1)·b² over the sampled packets of b octets each (Horvitz and Thompson,
 * 1952). A record has only the sum of octets o over p packets, so its packets are assumed to be of equal size: b = o/p,
 * and the record adds N·(N−1)·o²/p. If sizes vary within a record this is too low, by a factor of 1 + the squared
 * coefficient of variation of the sizes. Without sampling (N = 1) it is 0.
 * @module
 */

/** Variance of the estimated octets of a record: `octets` and `packets` as exported, sampled one in `rate`. */
export function samplingVariance(octets: number, packets: number, rate: number): number {
  return rate > 1 ? (rate * (rate - 1) * octets * octets) / Math.max(packets, 1) : 0
}

/** Half the width of the 95 % interval around an estimate with this variance (normal approximation). */
export function halfWidth95(variance: number): number {
  return 1.96 * Math.sqrt(variance)
}
