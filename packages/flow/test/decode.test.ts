/** Compiled decoders compared with a plain reading of the same octets, for random templates. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatAddress } from '@vagus/address'
import { exporterAt, type Field, ipfix, number, set, template } from './datagrams.ts'
import { type PlainRecord, plainRecords, unsigned } from './plain-records.ts'
import { collectRows, type Row } from './rows.ts'

/** Columns filled by a single element. */
const plain: readonly { readonly element: number; readonly lengths: readonly number[]; readonly column: keyof Row }[] =
  [
    { element: 1, lengths: [1, 2, 3, 4, 5, 6, 7, 8], column: 'octets' },
    { element: 2, lengths: [1, 2, 3, 4, 5, 6, 7, 8], column: 'packets' },
    { element: 4, lengths: [1], column: 'protocol' },
    { element: 5, lengths: [1], column: 'tos' },
    { element: 6, lengths: [1, 2], column: 'tcpFlags' },
    { element: 7, lengths: [2], column: 'srcPort' },
    { element: 11, lengths: [2], column: 'dstPort' },
    { element: 10, lengths: [1, 2, 3, 4], column: 'inIf' },
    { element: 14, lengths: [1, 2, 3, 4], column: 'outIf' },
    { element: 16, lengths: [2, 4], column: 'srcAs' },
    { element: 17, lengths: [2, 4], column: 'dstAs' },
    { element: 61, lengths: [1], column: 'direction' },
  ]
const field = fc.oneof(
  ...plain.map(({ element, lengths }) => fc.constantFrom(...lengths).map((length): Field => [element, length])),
  fc.constantFrom<Field>([8, 4], [12, 4]),
  fc.nat(40).map((length): Field => [20_000 & 0x7fff, length]),
  fc.nat(9).map((length): Field => [1, length, 5951]),
  fc.constant<Field>([371, 65535]),
)
const fields = fc.uniqueArray(field, {
  minLength: 1,
  maxLength: 24,
  selector: ([element, length, enterprise]) =>
    element < 300 && enterprise === undefined ? element : `${element}${length}${enterprise}`,
})

const modulo: Partial<Record<keyof Row, number>> = { tcpFlags: 256 }

function assertSame(row: Row, record: PlainRecord): void {
  for (const { element, column } of plain) {
    const octets = record.fields.get(`0/${element}`)
    const expected = octets ? Number(unsigned(octets)) % (modulo[column] ?? Infinity) : column === 'direction' ? 255 : 0
    assert.equal(row[column], expected, `${column} from element ${element}`)
  }
  const src = record.fields.get('0/8')
  if (src) assert.equal(row.src, formatAddress(new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...src])))
}

describe('a compiled decoder', () => {
  test('gives the same as a plain reading, for any order, length and number of fields', () => {
    fc.assert(
      fc.property(fields, fc.integer({ min: 1, max: 6 }), fc.nat(), (layout, count, seed) => {
        let state = seed >>> 0
        const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24
        const octets: number[] = []
        for (let index = 0; index < count; index++) {
          for (const [, length] of layout) {
            let size: number = length
            if (length === 65535) {
              size = next() < 40 ? 255 + next() : next() % 20
              octets.push(...(size >= 255 ? [255, ...number(size, 2)] : [size]))
            }
            for (let octet = 0; octet < size; octet++) octets.push(next())
          }
        }
        const { collector, rows } = collectRows()
        const data = ipfix({}, set(300, new Uint8Array(octets)))
        collector.receive(ipfix({}, set(2, template(300, layout))), exporterAt(1), 1)
        collector.receive(data, exporterAt(1), 1)
        const records = [...plainRecords([data], collector.snapshot())]
        const taken = rows()
        assert.equal(taken.length, records.length)
        for (const [index, row] of taken.entries()) assertSame(row, records[index]!)
      }),
      { numRuns: 40 },
    )
  })

  test('is shared by templates of equal layout, whichever exporter announces them', () => {
    const { collector, rows } = collectRows({ limits: { decoders: 1 } })
    for (let host = 1; host <= 20; host++) {
      const layout = template(300 + host, [
        [8, 4],
        [999, 4],
        [12, 4],
      ])
      const data = set(300 + host, new Uint8Array([10, 0, 0, host, 1, 2, 3, 4, 10, 0, 1, 1]))
      collector.receive(ipfix({}, set(2, layout), data), exporterAt(host), 1)
    }
    assert.deepEqual(
      rows().map(({ src, exporter }) => [src, exporter]),
      Array.from({ length: 20 }, (_, index) => [`10.0.0.${index + 1}`, index + 1]),
    )
  })
})
