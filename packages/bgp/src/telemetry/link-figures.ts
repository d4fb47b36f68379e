/**
 * What decides whether a received link may be used, read without making the link: of all that a controller takes in and
 * passes on, little is ever looked at.
 * @module
 */
import { DecodeError, Reader } from '@vagus/wire'
import { float32 } from '../link-state/fields.ts'
import { tlvByName } from '../link-state/registry.ts'
import type { LinkTelemetry } from './link.ts'
import { decodeMeasurement, type Measurement } from './measurement.ts'
import { telemetryTlv } from './registry.ts'

export type LinkFigures = Pick<LinkTelemetry, 'capacity' | 'utilised' | 'measurement'>

export interface FiguresRead {
  /** As `readLink` reads them; undefined without capacity or use. */
  readonly figures?: LinkFigures
  /** Private TLVs that were discarded for their form (draft §7.1). */
  readonly malformed: number
}

const capacityCode = tlvByName.get('maximum-link-bandwidth')!.code
const utilisedCode = tlvByName.get('utilized-bandwidth')!.code
/** Of a rate. */
const rateOctets = 4

/** `tlvs` are the BGP-LS attribute; undefined when a length overruns (RFC 9552 §8.2.2). Never throws. */
export function readFigures(tlvs: Uint8Array): FiguresRead | undefined {
  let capacity: number | undefined
  let utilised: number | undefined
  let measurement: Measurement | undefined
  let malformed = 0
  try {
    const r = new Reader(tlvs)
    while (r.left > 0) {
      const [code, length] = [r.uint16(), r.uint16()]
      if (code === capacityCode && length === rateOctets && capacity === undefined) capacity = float32.read(r)
      else if (code === utilisedCode && length === rateOctets && utilised === undefined) utilised = float32.read(r)
      else if (code !== telemetryTlv.measurement) r.skip(length)
      else {
        const read = decodeMeasurement(r.octets(length))
        if (read === 'malformed') malformed++
        else if (read !== 'foreign') measurement ??= read
      }
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return undefined
  }
  if (capacity === undefined || utilised === undefined) return { malformed }
  return { figures: { capacity, utilised, ...(measurement === undefined ? {} : { measurement }) }, malformed }
}
