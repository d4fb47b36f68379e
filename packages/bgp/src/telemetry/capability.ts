/**
 * The capability by which two speakers agree on the telemetry profile (RFC 5492, draft §3).
 *
 *   octets  4           1        1         n
 *           enterprise  version  features  ignored
 *
 * A speaker without it gets links with their standard TLVs only. @module
 */
import { DecodeError, Reader, Writer } from '@vagus/wire'
import type { Capability } from '../message/capability.ts'
import { enterpriseCode, telemetryCapabilityCode, telemetryVersion } from './registry.ts'

export interface TelemetryOffer {
  readonly version: number
  /** Bits of `telemetryFeature`. */
  readonly features: number
}

/** For `SessionConfig.capabilities`. */
export function telemetryCapability(features: number): Capability & { readonly type: 'unknown' } {
  const w = new Writer(6)
  w.uint32(enterpriseCode)
  w.uint8(telemetryVersion)
  w.uint8(features)
  return { type: 'unknown', code: telemetryCapabilityCode, value: w.finish() }
}

/** What the peer offered; undefined where it offered nothing, or something else under the same number. */
export function telemetryOfferOf(capabilities: readonly Capability[]): TelemetryOffer | undefined {
  for (const one of capabilities) {
    if (one.type !== 'unknown' || one.code !== telemetryCapabilityCode) continue
    try {
      const r = new Reader(one.value)
      if (r.uint32() !== enterpriseCode) continue
      const version = r.uint8()
      if (version >= 1) return { version, features: r.uint8() }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
    }
  }
  return undefined
}
