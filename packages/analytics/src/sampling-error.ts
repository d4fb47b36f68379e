/**
 * How far a volume estimated from sampled packets may be from the true one.
 *
 * Where each packet is taken with probability 1/N, the true octets are estimated by N × the octets taken, and the
 * variance of that by the sum of N·(N−1)·b² over the packets taken, b octets each (Horvitz and Thompson, 1952). A record
 * gives only the sum of its octets o over p packets, so its packets are taken to be of equal size: b = o/p and the
 * record adds N·(N−1)·o²/p. Where sizes mix within a record this is too low, by 1 + the squared coefficient of
 * variation of the sizes. Without sampling (N = 1) it is 0.
 * @module
 */

/** Variance of the estimated octets of a record: `octets` and `packets` as exported, sampled one in `rate`. */
export function samplingVariance(octets: number, packets: number, rate: number): number {
  return rate > 1 ? (rate * (rate - 1) * octets * octets) / Math.max(packets, 1) : 0
}

/** Half the width of the 95 % interval around an estimate of this variance (normal approximation). */
export function halfWidth95(variance: number): number {
  return 1.96 * Math.sqrt(variance)
}
