/** The fast path for steady IPFIX compared with the general path, whatever comes between. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  concat,
  exporterAt,
  type Field,
  hex,
  ipfix,
  netflow9,
  number,
  optionsTemplate,
  plainFields,
  plainRecord,
  set,
  template,
} from './datagrams.ts'
import { createCollector } from '../src/index.ts'
import { collectRows, type Row } from './rows.ts'

const octetsOfMemory = 1 << 20
const memory = new WebAssembly.Memory({ initial: 17, maximum: 17, shared: true })

/** IPv6, and times that do not depend on the exporter's start time. */
const otherFields: readonly Field[] = [[27, 16], [28, 16], [152, 8], [153, 8], [1, 8], [7, 2]] // prettier-ignore
const otherRecord = (seed: number): Uint8Array =>
  concat(hex('20010db8 00000000 00000000 0000'), number(seed, 2), hex('20010db8 00000000 00000000 00000001'),
    number(1_699_999_990_000 + seed, 8), number(1_699_999_999_000, 8), number(seed * 1000, 8), number(seed, 2)) // prettier-ignore
const samplingOptions = (rate: number): Uint8Array =>
  concat(set(3, optionsTemplate(400, 1, [[143, 4], [305, 4], [306, 4]])), set(400, concat(number(0, 4), number(1, 4), number(rate - 1, 4)))) // prettier-ignore
/** systemInitTimeMilliseconds, from which uptimes can be counted. */
const startOptions = concat(
  set(
    3,
    optionsTemplate(401, 1, [
      [143, 4],
      [160, 8],
    ]),
  ),
  set(401, concat(number(0, 4), number(1_699_999_000_000, 8))),
)

const many = (count: number, recordOf: (index: number) => Uint8Array): Uint8Array =>
  concat(...Array.from({ length: count }, (_, index) => recordOf(index)))

/** Sets of a message, with the number of records that a correct sequence number counts. */
interface Message {
  readonly sets: Uint8Array
  readonly records: number
}
const few = fc.integer({ min: 0, max: 30 })
const plainSet = few.map((count) => set(256, many(count, plainRecord)))
/** Times as uptimes, counted from the start time in options data. */
const uptimeFields: readonly Field[] = [[8, 4], [12, 4], [22, 4], [21, 4], [1, 4]] // prettier-ignore
const uptimeRecord = (seed: number): Uint8Array =>
  concat(hex('0a000001 0a000002'), number(90_000 + seed, 4), number(95_000, 4), number(seed, 4))
const uptimeSet = few.map((count) => set(258, many(count, uptimeRecord)))
const otherSet = few.map((count) => set(257, many(count, otherRecord)))
const octetsOfSet = (octets: Uint8Array): number => new DataView(octets.buffer, octets.byteOffset).getUint16(2) - 4
const uptimes = uptimeSet.map((sets): Message => ({ sets, records: octetsOfSet(sets) / uptimeRecord(0).length }))
const plain: fc.Arbitrary<Message> = fc
  .tuple(plainSet, otherSet, fc.constantFrom(0, 1, 2, 3))
  .map(([plain, other, order]) => ({
    sets: [concat(plain, other), concat(other, plain), plain, other][order]!,
    records:
      (order === 3 ? 0 : octetsOfSet(plain) / 22) + (order === 2 ? 0 : octetsOfSet(other) / otherRecord(0).length),
  }))
const data = fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: uptimes })
const unusual: fc.Arbitrary<Message> = fc.constantFrom(
  { sets: set(2, template(256, plainFields)), records: 0 },
  { sets: set(2, template(257, otherFields)), records: 0 },
  // The same id with other fields: records after it have another length.
  { sets: set(2, template(256, plainFields.slice(0, 6))), records: 0 },
  { sets: concat(set(2, template(256, plainFields)), set(256, plainRecord(9))), records: 1 },
  { sets: samplingOptions(10), records: 0 },
  { sets: samplingOptions(20), records: 0 },
  { sets: startOptions, records: 0 },
  { sets: set(256, concat(plainRecord(1), hex('0000'))), records: 1 },
  { sets: set(256, new Uint8Array(3)), records: 0 },
  { sets: concat(set(256, plainRecord(2)), hex('0100 0300')), records: 1 },
  { sets: concat(set(256, plainRecord(3)), hex('0100 0003')), records: 1 },
  { sets: concat(set(256, plainRecord(3)), hex('00')), records: 1 },
  { sets: set(300, new Uint8Array(20)), records: 0 },
  { sets: new Uint8Array(0), records: 0 },
)

interface Group {
  /** Datagrams of one length, as the kernel delivers them in one batch. */
  readonly datagrams: readonly Uint8Array[]
  readonly port: number
}
interface Step {
  readonly message: Message
  readonly times: number
  readonly gap: number
  readonly form: 'ipfix' | 'netflow9' | 'cut' | 'longer'
  readonly port: number
  readonly domain: number
}
const step: fc.Arbitrary<Step> = fc.record({
  message: fc.oneof({ weight: 3, arbitrary: data }, { weight: 1, arbitrary: unusual }),
  times: fc.integer({ min: 1, max: 40 }),
  gap: fc.constantFrom(0, 0, 0, 0, 7, -20),
  form: fc.constantFrom<Step['form']>('ipfix', 'ipfix', 'ipfix', 'ipfix', 'ipfix', 'netflow9', 'cut', 'longer'),
  port: fc.constantFrom(2055, 2055, 2056),
  domain: fc.constantFrom(0, 0, 1),
})

/** Both templates first, then the steps with consecutive sequence numbers, except for occasional gaps. */
function groupsOf(steps: readonly Step[]): readonly Group[] {
  const next = new Map<string, number>()
  const opening = concat(
    set(2, template(256, plainFields)),
    set(2, template(257, otherFields)),
    set(2, template(258, uptimeFields)),
  )
  const all: readonly Step[] = [
    { message: { sets: opening, records: 0 }, times: 1, gap: 0, form: 'ipfix', port: 2055, domain: 0 },
    ...steps,
  ]
  return all.map(({ message, times, gap, form, port, domain }) => {
    const datagrams = Array.from({ length: times }, () => {
      const key = `${form} ${port} ${domain}`
      const sequence = (next.get(key) ?? 0) + gap
      next.set(key, Math.max(0, sequence) + message.records)
      const header = { sequence: Math.max(0, sequence), domain }
      if (form === 'netflow9') return netflow9(header, message.sets)
      const whole = ipfix(header, message.sets)
      return form === 'cut'
        ? whole.subarray(0, whole.length - 1)
        : form === 'longer'
          ? concat(whole, set(256, plainRecord(4)))
          : whole
    })
    return { datagrams, port }
  })
}

interface Outcome {
  readonly rows: readonly Row[]
  readonly totals: unknown
  readonly exporters: unknown
  readonly events: unknown
  readonly snapshot: unknown
}

function outcomeOf(
  groups: readonly Group[],
  decoders: 'vector' | 'script',
  give: (collector: ReturnType<typeof collectRows>['collector'], group: Group, now: number) => void,
): Outcome {
  const { collector, rows } = collectRows({ decoders })
  for (const [index, group] of groups.entries()) give(collector, group, 1_700_000_000_000 + index * 61_000)
  const got = rows()
  return {
    rows: got,
    totals: collector.totals(),
    exporters: collector.exporters(),
    events: collector.takeEvents(),
    snapshot: collector.snapshot(),
  }
}

const alone = (groups: readonly Group[]): Outcome =>
  outcomeOf(groups, 'script', (collector, { datagrams, port }, now) => {
    for (const datagram of datagrams) collector.receive(datagram, exporterAt(1, port), now)
  })

const octets = new Uint8Array(memory.buffer)
const view = new DataView(memory.buffer)
const together = (groups: readonly Group[]): Outcome =>
  outcomeOf(groups, 'vector', (collector, { datagrams, port }, now) => {
    const run = concat(...datagrams)
    assert.ok(run.length < octetsOfMemory)
    octets.fill(0x55).set(run, 64)
    const each = datagrams[0]!.length
    collector.receiveRun({ octets, view, memory, at: 64, end: 64 + run.length, each }, exporterAt(1, port), now)
  })

describe('a steady run of IPFIX', () => {
  test('gives the same as its datagrams one by one, whatever comes between', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const groups = groupsOf(steps)
        assert.deepEqual(together(groups), alone(groups))
      }),
      { seed: 11, numRuns: 25 },
    )
  })

  test('uses rates by interface if options data announces them, even in between', () => {
    const announced = set(2, template(259, [...plainFields, [10, 4]]))
    const rates = concat(
      set(3, optionsTemplate(402, 1, [[10, 4], [34, 4]])), // prettier-ignore
      set(402, hex('00000001 00000064 00000002 000003e8')),
    )
    const records = {
      sets: set(
        259,
        many(2, (index) => concat(plainRecord(1), number(1 + index, 4))),
      ),
      records: 2,
    }
    const steps = [{ sets: announced, records: 0 }, records, { sets: rates, records: 0 }, records].map(
      (message): Step => ({ message, times: 3, gap: 0, form: 'ipfix', port: 2055, domain: 0 }),
    )
    const outcome = together(groupsOf(steps))
    assert.deepEqual(outcome, alone(groupsOf(steps)))
    const found = outcome.rows.map(({ samplingRate }) => samplingRate)
    assert.deepEqual(found, [0, 0, 0, 0, 0, 0, 100, 1000, 100, 1000, 100, 1000])
  })

  test('counts uptimes from the start time in options data, even if announced in between', () => {
    const uptimes = { sets: set(258, many(3, uptimeRecord)), records: 3 }
    const steps = [uptimes, { sets: startOptions, records: 0 }, uptimes].map((message): Step => ({
      message,
      times: 3,
      gap: 0,
      form: 'ipfix',
      port: 2055,
      domain: 0,
    }))
    const groups = groupsOf(steps)
    const { rows } = together(groups)
    assert.deepEqual(rows, alone(groups).rows)
    assert.notEqual(rows.at(-1)!.start, rows[0]!.start)
  })

  test('fills blocks up to the last row', () => {
    const lengths: number[] = []
    const collector = createCollector({ decoders: 'vector', onBlock: ({ length }) => lengths.push(length) })
    const steps = Array.from({ length: 10 }, (): Step => {
      const message = { sets: set(256, many(30, plainRecord)), records: 30 }
      return { message, times: 30, gap: 0, form: 'ipfix', port: 2055, domain: 0 }
    })
    for (const { datagrams, port } of groupsOf(steps)) {
      octets.set(concat(...datagrams))
      const [first] = datagrams
      const run = { octets, view, memory, at: 0, end: first!.length * datagrams.length, each: first!.length }
      collector.receiveRun(run, exporterAt(1, port), 1_700_000_000_000)
    }
    collector.flush()
    assert.deepEqual(lengths, [2048, 2048, 2048, 2048, 808])
  })
})
