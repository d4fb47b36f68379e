/**
 * Code points of the telemetry profile (docs/drafts/draft-vagus-idr-telemetry.md §8): all from ranges for experiments
 * and private use, each with the enterprise code first, so that a stranger's use of the same number is told apart.
 * @module
 */

/** Capability for experiments (RFC 8810 §3: 239..254). */
export const telemetryCapabilityCode = 239

/** The version that is spoken here. A higher one must still be readable as this one. */
export const telemetryVersion = 1

/** What a speaker takes in: bits of the capability. */
export const telemetryFeature = {
  /** Links with the private TLV. */
  links: 0x01,
  /** Views of the heaviest traffic. */
  views: 0x02,
  /** It passes telemetry on between its peers, unchanged. */
  reflects: 0x04,
} as const

/**
 * Private Enterprise Number that leads every private value (RFC 9552 §5.1). Vagus has none of its own yet: 32473 is the
 * one for documentation (RFC 5612).
 */
export const enterpriseCode = 32473

/** TLVs of the range for private use, 65000..65535 (RFC 9552 §7.2.5). */
export const telemetryTlv = { measurement: 65001, view: 65010 } as const

/** What a view ranks. */
export const viewCode = {
  'destination-prefix': 1,
  'source-prefix': 2,
  flow: 3,
  application: 4,
  as: 5,
} as const
export type ViewKind = keyof typeof viewCode

/** Function numbers in the first local part of large communities (RFC 8092): the upper 16 bits. */
export const telemetryFunction = { epoch: 0x7a00, utilisation: 0x7a01 } as const
