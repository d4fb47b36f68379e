import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { encodeLinkStateTlvs } from '../../src/index.ts'
import {
  deviceNlri,
  deviceTlvs,
  encodeView,
  type LinkTelemetry,
  linkNlri,
  linkTlvs,
  type TelemetrySource,
  TelemetryTable,
  type View,
  viewNlri,
  viewTlvs,
} from '../../src/telemetry/index.ts'
import { hex } from '../octets.ts'
import { key, link, measurement, now, view } from './samples.ts'

const source: TelemetrySource = { peer: 'pe-1', router: key.local.bgpIdentifier }
const reflector: TelemetrySource = { peer: 'controller', router: undefined }
const tell = (table: TelemetryTable, one: LinkTelemetry, from = source, at = now) =>
  table.receive(from, linkNlri(one.key), linkTlvs(one), at)
const measured = (change: Partial<LinkTelemetry['measurement']>): LinkTelemetry => ({
  ...link,
  measurement: { ...measurement, ...change },
})
const tellView = (table: TelemetryTable, one: View, pages = encodeView(one)) =>
  pages.map((page, at) => table.receive(source, viewNlri(key, one.kind, at), viewTlvs(page), now))

describe('values that cannot be true steer nothing (draft §7.2)', () => {
  const cases: readonly [string, Partial<LinkTelemetry>][] = [
    ['no number', { utilised: Number.NaN }],
    ['negative', { utilised: -1 }],
    ['infinite', { capacity: Infinity }],
    ['more than twice the capacity', { utilised: 7_500_001 }],
    ['received more than twice the capacity', measured({ received: 8e6 })],
    ['threshold above twice the capacity', measured({ threshold: 8e6 })],
    ['drops that are no number', measured({ drops: Number.NaN })],
    ['more than a minute in the future', measured({ sequence: now + 60_001 })],
  ]
  for (const [what, change] of cases) {
    test(`${what}: discarded, counted, and the figure held before stays`, () => {
      const table = new TelemetryTable()
      tell(table, link)
      const got = tell(table, { ...measured({ sequence: now + 1 }), ...change })
      assert.deepEqual([got.type, got.type === 'discarded' && got.why], ['discarded', 'implausible'])
      assert.deepEqual(
        table.links().map((held) => held.link),
        [link],
      )
      assert.equal(table.counts.implausible, 1)
    })
  }

  test('a view whose record is larger than all traffic, or no number, is discarded', () => {
    const [record] = view.records
    for (const rate of [Number.NaN, -1, Infinity, 6e6]) {
      const table = new TelemetryTable()
      const [got] = tellView(table, { ...view, records: [{ ...record!, rate }] })
      assert.equal(got?.type, 'discarded')
    }
  })
})

describe('order and age', () => {
  test('a sequence that does not go on is discarded', () => {
    const table = new TelemetryTable()
    tell(table, link)
    for (const sequence of [now, now - 1]) {
      const got = tell(table, measured({ sequence }))
      assert.equal(got.type === 'discarded' && got.why, 'outdated')
    }
    assert.equal(tell(table, measured({ sequence: now + 1 })).type, 'link')
  })

  test('in any order of arrival the newest of what may be used is held', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 40 }), (sequences) => {
        const table = new TelemetryTable()
        for (const one of sequences) tell(table, measured({ sequence: now + one }))
        const usable = sequences.filter((one) => one <= 60_000)
        const newest = usable.length === 0 ? undefined : now + Math.max(...usable)
        assert.equal(table.links()[0]?.link.measurement?.sequence, newest)
      }),
    )
  })

  test('what was not repeated for three refreshes is dropped, and told', () => {
    const table = new TelemetryTable({ refresh: 1000 })
    tell(table, link)
    assert.deepEqual(table.expire(now + 3000), [])
    assert.deepEqual(table.expire(now + 3001), [link])
    assert.deepEqual(table.links(), [])
  })
})

describe('who may say what', () => {
  test('an agent speaks of its own router only; a reflector of all', () => {
    const table = new TelemetryTable()
    const got = tell(table, link, { ...source, router: 5 })
    assert.equal(got.type === 'discarded' && got.why, 'foreign')
    assert.equal(tell(table, link, reflector).type, 'link')
  })

  test('a withdrawal or the end of a session takes only what that peer told', () => {
    const table = new TelemetryTable()
    tell(table, link, reflector)
    table.withdraw('pe-1', linkNlri(key))
    table.forget('pe-1')
    assert.equal(table.links().length, 1)
    assert.deepEqual([...table.peers()], ['controller'])
    table.withdraw('controller', linkNlri(key))
    assert.equal(table.links().length, 0)
    assert.equal(table.peers().size, 0)
  })

  test('a link beyond the limit is refused while those known go on', () => {
    const table = new TelemetryTable({ maxLinks: 1 })
    tell(table, link)
    const other = { ...link, key: { ...key, interface: 4 } }
    const got = tell(table, other)
    assert.equal(got.type === 'discarded' && got.why, 'refused')
    assert.equal(tell(table, measured({ sequence: now + 1 })).type, 'link')
  })
})

describe('views', () => {
  const flows: View = {
    ...view,
    kind: 'flow',
    records: Array.from({ length: 200 }, (_, at) => ({
      key: {
        type: 'flow',
        source: hex('20010db8000000000000000000000001'),
        destination: hex('20010db8000000000000000000000002'),
        protocol: 6,
        sourcePort: at,
        destinationPort: 443,
      },
      rate: 1,
      share: 1,
    })),
  }

  test('one is there when all its pages of one sequence are', () => {
    const table = new TelemetryTable()
    const pages = encodeView(flows)
    assert.ok(pages.length > 1)
    tellView(table, flows, pages.slice(0, 1))
    assert.equal(table.view(key.local.bgpIdentifier, 'flow'), undefined)
    tellView(table, flows, pages)
    assert.deepEqual(table.view(key.local.bgpIdentifier, 'flow'), { ...flows, receivedAt: now })
    tellView(table, { ...flows, sequence: now + 1 }, encodeView({ ...flows, sequence: now + 1 }).slice(0, 1))
    assert.equal(table.view(key.local.bgpIdentifier, 'flow'), undefined)
  })

  test('a device is known by its name until it is withdrawn', () => {
    const table = new TelemetryTable()
    table.receive(source, deviceNlri(key), deviceTlvs('pe-1'), now)
    assert.equal(table.devices()[0]?.name, 'pe-1')
    table.withdraw('pe-1', deviceNlri(key))
    assert.deepEqual(table.devices(), [])
  })
})

test('private TLVs that are malformed are counted and the rest is used', () => {
  const table = new TelemetryTable()
  const cutOff = encodeLinkStateTlvs([{ type: 'unknown', code: 65001, value: hex('00007ed9') }])
  const tlvs = new Uint8Array([...linkTlvs(link, 'standard'), ...cutOff])
  const got = table.receive(source, linkNlri(key), tlvs, now)
  assert.deepEqual([got.type, table.counts.malformed, table.counts.accepted], ['link', 1, 1])
})

test('an attribute that cannot be walked to its end is discarded and counted (RFC 9552 §8.2.2)', () => {
  const table = new TelemetryTable()
  for (const [nlri, tlvs] of [
    [linkNlri(key), linkTlvs(link)],
    [deviceNlri(key), deviceTlvs('pe-1')],
  ] as const) {
    const got = table.receive(source, nlri, tlvs.subarray(0, -1), now)
    assert.equal(got.type === 'discarded' && got.why, 'malformed')
  }
  assert.deepEqual([table.counts.malformed, table.links().length, table.devices().length], [2, 0, 0])
})
