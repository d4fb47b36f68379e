/**
 * Sums of traffic: each row of a Float64Array has several figures. Octets and packets are estimates: the exporter's
 * count × its sampling rate.
 * @module
 */

/**
 * Offsets in a row. `otherOctets` are of non-IP packets or of unknown version. `variance` is the sampling variance of
 * the octets (see `sampling-error.ts`).
 */
export const volume = { ipv4Octets: 0, ipv6Octets: 1, otherOctets: 2, packets: 3, flows: 4, variance: 5 } as const
export const volumeFields = 6

/** Octets of the row at `at`, of all versions. */
export const octetsAt = (rows: Float64Array, at: number): number =>
  rows[at + volume.ipv4Octets]! + rows[at + volume.ipv6Octets]! + rows[at + volume.otherOctets]!

/** Offset of the octets of a packet by its version, 0 for unknown. */
export const familyOf = (version: number): number =>
  version === 6 ? volume.ipv6Octets : version === 4 ? volume.ipv4Octets : volume.otherOctets

/** Rows of volumes; they grow with the table that numbers them. */
export class Volumes {
  rows = new Float64Array(0)

  /** Offset of row `slot`; makes room for it. */
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
