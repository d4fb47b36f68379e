/**
 * Traffic as it is summed up: several figures a row of a Float64Array. Octets and packets are estimates: what the
 * exporter saw × its sampling rate.
 * @module
 */

/** Places in a row. `variance` is that of the octets, by sampling (see `sampling-error.ts`). */
export const volume = { ipv4Octets: 0, ipv6Octets: 1, packets: 2, flows: 3, variance: 4 } as const
export const volumeFields = 5

/** Rows of volumes that grow with the table that numbers them. */
export class Volumes {
  rows = new Float64Array(0)

  /** Where row `slot` begins; makes room for it. */
  rowAt(slot: number): number {
    const at = slot * volumeFields
    if (at >= this.rows.length) {
      const larger = new Float64Array(Math.max(64 * volumeFields, this.rows.length * 2, at + volumeFields))
      larger.set(this.rows)
      this.rows = larger
    }
    return at
  }

  addTo(total: Float64Array): void {
    for (let at = 0; at < this.rows.length; at++) total[at]! += this.rows[at]!
  }

  clear(): void {
    this.rows.fill(0)
  }
}
