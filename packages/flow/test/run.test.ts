/** Runs of datagrams, as the kernel delivers them, compared with the same datagrams one by one. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  concat,
  exporterAt,
  hex,
  ipfix,
  netflow5,
  netflow5Record,
  netflow9,
  plainFields,
  plainRecord,
  set,
  template,
} from './datagrams.ts'
import { collectRows, type Row } from './rows.ts'

const announced = set(2, template(256, plainFields))
const options = set(
  2,
  template(300, [
    [27, 16],
    [28, 16],
    [371, 65535],
    [315, 65535],
  ]),
)
const sflow = hex('00000005 00000001 0a000001 00000000 00000001 00000001 00000001 00000001 000000ff 00000000')
const seeds: readonly Uint8Array[] = [
  ipfix({}, announced, set(256, concat(plainRecord(1), plainRecord(2)))),
  ipfix({}, set(256, plainRecord(3))),
  ipfix({}, options, set(300, concat(new Uint8Array(32), hex('03 616263 02 6162')))),
  netflow9({}, set(0, template(256, plainFields)), set(256, plainRecord(4))),
  netflow5({}, netflow5Record, netflow5Record),
  sflow,
]

interface Outcome {
  readonly rows: readonly Row[]
  readonly totals: unknown
  readonly events: unknown
}

/** The output of a collector when `give` passes it each group. */
function outcomeOf(
  groups: readonly (readonly Uint8Array[])[],
  give: (collector: ReturnType<typeof collectRows>['collector'], group: readonly Uint8Array[], now: number) => void,
): Outcome {
  const { collector, rows } = collectRows()
  // The groups are far enough apart that each problem is a separate event.
  for (const [index, group] of groups.entries()) give(collector, group, 1_700_000_000_000 + index * 61_000)
  return { rows: rows(), totals: collector.totals(), events: collector.takeEvents() }
}

const mutated = fc
  .record({
    seed: fc.constantFrom(...seeds),
    cut: fc.nat(40),
    changes: fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 3 }),
  })
  .map(({ seed, cut, changes }) => {
    const octets = seed.slice(0, Math.max(1, seed.length - cut))
    for (const [at, value] of changes) octets[at % octets.length] = value
    return octets
  })
/** Datagrams of one length, possibly followed by a shorter one. */
const group = fc.tuple(mutated, fc.integer({ min: 1, max: 4 }), fc.nat(60)).map(([datagram, count, rest]) => {
  const whole = Array.from({ length: count }, () => datagram)
  return rest > 0 && rest < datagram.length ? [...whole, datagram.subarray(0, rest)] : whole
})

describe('a run of datagrams', () => {
  test('gives the same as its datagrams one by one, at any place in memory', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 6 }), fc.nat(100), (groups, margin) => {
        const from = exporterAt(1)
        const alone = outcomeOf(groups, (collector, datagrams, now) => {
          for (const datagram of datagrams) collector.receive(datagram, from, now)
        })
        const together = outcomeOf(groups, (collector, datagrams, now) => {
          const filler = new Uint8Array(margin).fill(0x55)
          const octets = concat(filler, ...datagrams, filler)
          const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
          const each = datagrams[0]!.length
          collector.receiveRun(
            { octets, view, memory: undefined, at: margin, end: octets.length - margin, each },
            from,
            now,
          )
        })
        assert.deepEqual(together, alone)
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  test('reports a fault by its octet in the datagram, and decodes the other datagrams', () => {
    const { collector, rows } = collectRows()
    const good = ipfix({}, announced, set(256, plainRecord(1)))
    const bad = good.slice()
    new DataView(bad.buffer).setUint16(bad.length - plainRecord(1).length - 2, 3)
    const octets = concat(good, bad, good)
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
    collector.receiveRun(
      { octets, view, memory: undefined, at: 0, end: octets.length, each: good.length },
      exporterAt(1),
      1000,
    )
    assert.equal(rows().length, 2)
    const [event] = collector.takeEvents().filter((one) => one.event === 'exporter.malformed')
    const octet = good.length - plainRecord(1).length - 2
    assert.equal(event?.fields['problem'], `octet ${octet}: a set of 3 octets; its header alone has 4`)
  })
})
