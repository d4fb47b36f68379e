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

interface Draft {
  capacity: number | undefined
  utilised: number | undefined
  measurement: Measurement | undefined
  malformed: number
}

/** `tlvs` are the BGP-LS attribute; undefined when a length overruns (RFC 9552 §8.2.2). Never throws. */
export function readFigures(tlvs: Uint8Array): FiguresRead | undefined {
  const draft: Draft = { capacity: undefined, utilised: undefined, measurement: undefined, malformed: 0 }
  try {
    const r = new Reader(tlvs)
    while (r.left > 0) readTlv(r, draft)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return undefined
  }
  const { capacity, utilised, measurement, malformed } = draft
  if (capacity === undefined || utilised === undefined) return { malformed }
  return { figures: { capacity, utilised, ...(measurement === undefined ? {} : { measurement }) }, malformed }
}

/** The first of each that has its form counts, as with `valueOf`. */
function readTlv(r: Reader, draft: Draft): void {
  const [code, length] = [r.uint16(), r.uint16()]
  if (code === telemetryTlv.measurement) {
    const read = decodeMeasurement(r.octets(length))
    if (read === 'malformed') draft.malformed++
    else if (read !== 'foreign') draft.measurement ??= read
  } else if (length === rateOctets && (code === capacityCode || code === utilisedCode)) {
    const rate = float32.read(r)
    if (code === capacityCode) draft.capacity ??= rate
    else draft.utilised ??= rate
  } else r.skip(length)
}
