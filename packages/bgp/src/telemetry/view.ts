/**
 * TLV 65010: one page of a view, the heaviest of a device's traffic by prefix, flow, application or AS (draft §5).
 *
 *   octets  4           1     1     1      1         8         8      4       4         4         n
 *           enterprise  view  page  pages  reserved  sequence  agent  window  total v4  total v6  records
 *
 * A record is a key (`view-key.ts`), then 4 octets of rate, 2 of share in thousandths of both totals, 1 of trend.
 * @module
 */
import { DecodeError, Reader, Writer } from '@vagus/wire'
import { float32 } from '../link-state/fields.ts'
import { maxPageOctets, maxViewPages, maxViewRecords } from './limits.ts'
import { readTime } from './measurement.ts'
import { enterpriseCode, viewCode, type ViewKind } from './registry.ts'
import { readViewKey, skipViewKey, type ViewKey, writeViewKey } from './view-key.ts'

export interface ViewRecord {
  readonly key: ViewKey
  /** Octets per second. */
  readonly rate: number
  /** Thousandths of the totals of both IP versions, 0..1000. */
  readonly share: number
  /** Per cent against the window before, -127..127; undefined where there was none. */
  readonly trend?: number
}

export interface View {
  readonly kind: ViewKind
  /** As of `Measurement`: when the window ended. All pages of one view have the same. */
  readonly sequence: number
  readonly agent: bigint
  /** Milliseconds. */
  readonly window: number
  /** Octets per second of all traffic, listed or not. */
  readonly totals: { readonly ipv4: number; readonly ipv6: number }
  /** Heaviest first. */
  readonly records: readonly ViewRecord[]
}

export interface ViewPage extends View {
  /** From 0. */
  readonly page: number
  readonly pages: number
}

const kindOf = new Map(Object.entries(viewCode).map(([kind, code]) => [code as number, kind as ViewKind]))
/** On the wire for "no trend"; the one value of an octet that has no opposite. */
const noTrend = 0x80

/** The values of TLV 65010, one for each page; at least one. @throws {RangeError} when a value does not fit */
export function encodeView(view: View): readonly Uint8Array[] {
  const bodies: Writer[] = [new Writer()]
  for (const record of view.records.slice(0, maxViewRecords)) {
    const w = new Writer()
    writeRecord(w, view.kind, record)
    if (bodies.at(-1)!.length + w.length > maxPageOctets) bodies.push(new Writer())
    bodies.at(-1)!.octets(w.finish())
  }
  return bodies.map((body, page) => {
    const w = new Writer(40 + body.length)
    w.uint32(enterpriseCode)
    w.uint8(viewCode[view.kind])
    w.uint8(page)
    w.uint8(bodies.length)
    w.uint8(0)
    w.uint64(BigInt(view.sequence))
    w.uint64(view.agent)
    w.uint32(view.window)
    float32.write(w, view.totals.ipv4)
    float32.write(w, view.totals.ipv6)
    w.octets(body.finish())
    return w.finish()
  })
}

function writeRecord(w: Writer, kind: ViewKind, { key, rate, share, trend }: ViewRecord): void {
  writeViewKey(w, kind, key)
  float32.write(w, rate)
  w.uint16(share)
  w.uint8(trend === undefined ? noTrend : trend & 255)
}

/** A page that was received: its form is checked, its records are made when somebody asks. */
export class ReceivedPage implements ViewPage {
  readonly kind: ViewKind
  readonly page: number
  readonly pages: number
  readonly sequence: number
  readonly agent: bigint
  readonly window: number
  readonly totals: View['totals']
  /** The rates of its records, to be judged without them. */
  readonly rates: { readonly least: number; readonly most: number }
  readonly #readRecords: () => readonly ViewRecord[]
  #records: readonly ViewRecord[] | undefined

  constructor(head: Omit<ViewPage, 'records'>, rates: ReceivedPage['rates'], readRecords: () => readonly ViewRecord[]) {
    this.kind = head.kind
    this.page = head.page
    this.pages = head.pages
    this.sequence = head.sequence
    this.agent = head.agent
    this.window = head.window
    this.totals = head.totals
    this.rates = rates
    this.#readRecords = readRecords
  }

  get records(): readonly ViewRecord[] {
    this.#records ??= this.#readRecords()
    return this.#records
  }
}

/** As `decodeMeasurement`. Never throws. The page keeps `octets`, which must not change. */
export function decodeViewPage(octets: Uint8Array): ReceivedPage | 'malformed' | 'foreign' {
  try {
    const r = new Reader(octets)
    if (r.uint32() !== enterpriseCode) return 'foreign'
    const kind = kindOf.get(r.uint8())
    const [page, pages] = [r.uint8(), r.uint8()]
    r.skip(1)
    const [sequence, agent, window] = [readTime(r), r.uint64(), r.uint32()]
    const totals = { ipv4: float32.read(r), ipv6: float32.read(r) }
    if (kind === undefined || page >= pages || pages > maxViewPages) return 'malformed'
    const from = r.offset
    const rates = ratesOf(r, kind)
    if (rates === undefined) return 'malformed'
    const head = { kind, page, pages, sequence, agent, window, totals }
    return new ReceivedPage(head, rates, () => recordsOf(new Reader(octets, from), kind))
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return 'malformed'
  }
}

/**
 * Checks every record as `readRecord` does; undefined when there are too many. NaN makes both figures NaN. @throws
 * {DecodeError}
 */
function ratesOf(r: Reader, kind: ViewKind): ReceivedPage['rates'] | undefined {
  let [least, most] = [0, 0]
  for (let count = 0; r.left > 0; count++) {
    if (count === maxViewRecords) return undefined
    skipViewKey(r, kind)
    const rate = float32.read(r)
    least = Math.min(least, rate)
    most = Math.max(most, rate)
    checkShare(r, r.uint16())
    r.skip(1)
  }
  return { least, most }
}

function recordsOf(r: Reader, kind: ViewKind): readonly ViewRecord[] {
  const records: ViewRecord[] = []
  while (r.left > 0) records.push(readRecord(r, kind))
  return records
}

function checkShare(r: Reader, share: number): void {
  if (share > 1000) throw new DecodeError('bad-value', r.offset - 2, `a share of ${share} thousandths`)
}

function readRecord(r: Reader, kind: ViewKind): ViewRecord {
  const key = readViewKey(r, kind)
  const [rate, share] = [float32.read(r), r.uint16()]
  checkShare(r, share)
  const trend = r.uint8()
  return { key, rate, share, ...(trend === noTrend ? {} : { trend: (trend << 24) >> 24 }) }
}
