/** What `tc` says of the queues of interfaces: qdiscs, classes of HTB, and filters. Pure readers. @module */

/** A qdisc with its counters since it was made. */
export interface Qdisc {
  readonly interface: string
  readonly kind: string
  /** `5641:`; of those that the kernel chose by itself `0:`. */
  readonly handle: string
  /** The class above, such as `5641:7`; undefined at the root. */
  readonly parent: string | undefined
  /** As `tc` names them; a rate in octets per second. */
  readonly options: Readonly<Record<string, unknown>>
  readonly octets: number
  readonly packets: number
  readonly dropped: number
}

/** A class of HTB. */
export interface RateRow {
  /** Minor number. */
  readonly number: number
  readonly rate: PrintedRate
  readonly ceil: PrintedRate
}

/** A rate as it is printed: rounded down to a whole number of its unit, in bits per second. */
export interface PrintedRate {
  readonly value: number
  readonly unit: number
}

export const isPrintedOf = ({ value, unit }: PrintedRate, bitsPerSecond: number): boolean =>
  Math.floor(bitsPerSecond / unit) === value

/** Of `tc -j -s -r qdisc show`. @throws {SyntaxError} where that is no JSON */
export function qdiscsOf(json: string): readonly Qdisc[] {
  return rowsOf(json).flatMap((row) => {
    const { dev, kind, handle, parent, options } = row
    if (typeof dev !== 'string' || typeof kind !== 'string' || typeof handle !== 'string') return []
    return [
      {
        interface: dev,
        kind,
        handle,
        parent: typeof parent === 'string' ? parent : undefined,
        options: typeof options === 'object' && options !== null ? (options as Qdisc['options']) : {},
        octets: count(row['bytes']),
        packets: count(row['packets']),
        dropped: count(row['drops']),
      },
    ]
  })
}

const units: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 }

/** Classes of the HTB `handle` in what `tc class show dev` prints, which is no JSON in all versions. */
export function rateRowsOf(text: string, handle: string): readonly RateRow[] {
  return text.split('\n').flatMap((line) => {
    const [, id = '', number] = /^class htb ([0-9a-f]+:)([0-9a-f]+) /.exec(line) ?? []
    const rate = printedIn(line, 'rate')
    const ceil = printedIn(line, 'ceil')
    if (id !== handle || number === undefined || rate === undefined || ceil === undefined) return []
    return [{ number: Number.parseInt(number, 16), rate, ceil }]
  })
}

function printedIn(line: string, word: string): PrintedRate | undefined {
  const [, digits, unit = ''] = new RegExp(` ${word} (\\d+)([KMGT]?)bit`).exec(line) ?? []
  return digits === undefined ? undefined : { value: Number(digits), unit: units[unit]! }
}

/** Classes that u32 filters lead to in `tc -j filter show`, by preference. */
export function filtersOf(json: string): ReadonlyMap<number, string> {
  const found = rowsOf(json).flatMap(({ pref, options }) => {
    const flow = (options as { readonly flowid?: unknown } | undefined)?.flowid
    return typeof pref === 'number' && typeof flow === 'string' ? [[pref, flow] as const] : []
  })
  return new Map(found)
}

const count = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** Nothing where nothing is printed, as some versions do of an empty list. */
export function rowsOf(json: string): readonly Readonly<Record<string, unknown>>[] {
  const value: unknown = json.trim() === '' ? [] : JSON.parse(json)
  return Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : []
}
