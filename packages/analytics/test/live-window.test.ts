import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hashKeyWords } from '@vagus/address'
import { createFlowBlock, octetsPerRow } from '@vagus/flow'
import { LiveWindow, topSetOf, type LiveWindowConfig, type TrafficTotals } from '../src/index.ts'
import { blockOf, domain, enricherOf, p1, pe1, pe2, type Row } from './fixture.ts'

const hashKey = Uint32Array.from({ length: hashKeyWords }, (_, index) => Math.imul(index + 1, 0x9e3779b1))
const t0 = 1_700_000_000_000
const enricher = enricherOf()
const internet = '8.8.8.8'

/** A window with the rows, which arrived at `now`. */
function liveOf(rows: readonly Row[], now: number, config: Partial<LiveWindowConfig> = {}): LiveWindow {
  const live = new LiveWindow({ domain, deviceOf: enricher.deviceOf, startedAt: t0, hashKey, lagMs: 0, ...config })
  const block = blockOf(rows)
  enricher.enrich(block)
  live.add(block, now)
  return live
}
const near = (actual: number, wanted: number, what = ''): void =>
  assert.ok(Math.abs(actual - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted)), `${what} ${actual}, wanted ${wanted}`)

describe('windows', () => {
  test('are whole slices, end a lag before now, and do not reach back before the start', () => {
    const live = liveOf([], t0, { lagMs: 10_000 })
    const now = t0 + 100_000
    assert.deepEqual(live.windowAt(60, now), { from: t0 + 30_000, to: t0 + 90_000, seconds: 60 })
    assert.deepEqual(live.windowAt(7, now + 4999), { from: t0 + 80_000, to: t0 + 90_000, seconds: 10 })
    assert.deepEqual(live.windowAt(300, now), { from: t0, to: t0 + 90_000, seconds: 90 })
    assert.equal(live.windowAt(3600, t0 + 3_600_000).seconds, 305)
    assert.equal(live.windowAt(60, t0 + 12_000).seconds, 5)
  })
})

describe('a record is spread over its slices', () => {
  test('by the overlap of its time with them', () => {
    const row = { start: t0 + 4000, end: t0 + 14_000, octets: 10_000, packets: 10 }
    const live = liveOf([row], t0 + 15_000)
    const { points } = live.ipv6Points(15, t0 + 15_000)
    assert.deepEqual(
      points.map(({ ipv4 }) => (ipv4 * 5) / 8),
      [1000, 5000, 4000],
    )
    assert.equal(live.totals(15, t0 + 15_000).flows, 1)
    assert.equal(live.totals(5, t0 + 15_000).packets, 4)
  })

  test('a record that ends on a boundary has no share in the slice that starts there', () => {
    const live = liveOf([{ start: t0, end: t0 + 5000, octets: 5000 }], t0 + 10_000)
    assert.deepEqual(
      live.ipv6Points(10, t0 + 10_000).points.map(({ ipv4 }) => (ipv4 * 5) / 8),
      [5000, 0],
    )
  })

  test('any records give the same sums as adding them up one by one', () => {
    const span = fc.tuple(fc.nat({ max: 400_000 }), fc.nat({ max: 120_000 }), fc.nat({ max: 1e9 }))
    const now = t0 + 320_000
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), fc.integer({ min: 5, max: 300 }), (spans, seconds) => {
        const rows = spans.map(([at, length, octets]) => ({ start: t0 + at - length, end: t0 + at, octets }))
        const live = liveOf(rows, now)
        const { window, octets } = live.totals(seconds, now)
        const wanted = rows.reduce((sum, row) => sum + naiveOctets(row, now, window), 0)
        assert.ok(Math.abs(octets - wanted) <= 1, `${octets} octets, wanted ${wanted}`)
      }),
      { numRuns: 8 },
    )
  })

  /** The share of a record in the window: its end is at most now, and an instant is entirely in its slice. */
  function naiveOctets(
    row: { start: number; end: number; octets: number },
    now: number,
    window: { from: number; to: number },
  ) {
    const end = Math.min(row.end, now)
    const start = row.start > end ? end : row.start
    if (start === end) return end >= window.from && end < window.to ? row.octets : 0
    const overlap = Math.min(end, window.to) - Math.max(start, window.from)
    return overlap <= 0 ? 0 : (row.octets * overlap) / (end - start)
  }
})

describe('clocks', () => {
  const now = t0 + 400_000

  test('a record from the future ends now, and is counted as future', () => {
    const live = liveOf([{ start: now + 5000, end: now + 9000, octets: 700 }], now)
    assert.equal(live.totals(5, now + 5000).octets, 700)
    assert.equal(live.counts().future, 1)
  })

  test('a record up to a second ahead is not counted as future', () => {
    assert.equal(liveOf([{ start: now, end: now + 1000 }], now).counts().future, 0)
  })

  test('a record older than all slices is left out, and counted as late', () => {
    const live = liveOf([{ start: t0, end: t0 + 10_000 }], now)
    assert.equal(live.totals(300, now).octets, 0)
    assert.deepEqual(live.counts(), { records: 1, counted: 0, late: 1, cut: 0, future: 0 })
  })

  test('only the part within the slices of a record that started before is counted', () => {
    const live = liveOf([{ start: now - 600_000, end: now, octets: 600_000 }], now)
    near(live.totals(300, now).octets, 300_000)
    assert.equal(live.counts().cut, 1)
  })

  test('a record without a start is an instant', () => {
    assert.equal(liveOf([{ start: 0, end: now - 1, octets: 9 }], now).totals(5, now).octets, 9)
  })

  test('slices are reused after their time', () => {
    const live = liveOf([{ end: now, octets: 5 }], now)
    const later = now + 10 * 3_600_000
    const block = blockOf([{ end: later, octets: 7 }])
    enricher.enrich(block)
    live.add(block, later)
    assert.equal(live.totals(300, later + 5000).octets, 7)
  })
})

const at = { start: t0 + 1000, end: t0 + 2000 }
const now = t0 + 10_000

describe('traffic matrix', () => {
  const rows: readonly Row[] = [
    { ...at, octets: 1000 },
    { ...at, octets: 500, src: '2001:db8:1::1', dst: '2001:db8:2::1' },
    { ...at, octets: 300, rate: 10, packets: 3, device: pe2, inIf: 2, dst: internet },
    { ...at, octets: 77, device: p1 },
  ]

  test('between sites, by family, scaled by the sampling rate', () => {
    const matrix = liveOf(rows, now).matrix('sites', 10, now)
    assert.equal(matrix.nodes, 4)
    const cells = (family: Float64Array): readonly (readonly number[])[] =>
      Array.from(family, (rate, cell) => [Math.floor(cell / 4), cell % 4, rate]).filter(([, , rate]) => rate !== 0)
    assert.deepEqual(cells(matrix.ipv4), [
      [0, 1, 800],
      [0, 2, 2400],
    ])
    assert.deepEqual(cells(matrix.ipv6), [[0, 1, 400]])
    assert.equal(matrix.total, 3600)
    assert.equal(matrix.unresolved, 0)
    // 10 × 9 × 300² / 3 is the variance of the sampled cell, in octets².
    near(matrix.samplingError[2]!, (1.96 * Math.sqrt(2_700_000) * 8) / 10)
    assert.equal(matrix.samplingError[1], 0)
  })

  test('between edges', () => {
    const matrix = liveOf(rows, now).matrix('edges', 10, now)
    assert.equal(matrix.nodes, 3)
    assert.equal(matrix.ipv4[(pe1 - 1) * 3 + (pe2 - 1)], 3200)
  })

  test('traffic to an unknown place is unresolved', () => {
    const sites = domain.sites.filter(({ name }) => name !== 'transit' && name !== 'factory')
    const devices = domain.devices.map((device) => ({
      ...device,
      interfaces: device.interfaces.filter(({ site }) => site === undefined || sites.some(({ name }) => name === site)),
    }))
    const block = blockOf([{ ...at, octets: 1000 }])
    const small = { ...domain, sites, devices }
    const enrichSmall = enricherOf(small)
    enrichSmall.enrich(block)
    const live = new LiveWindow({ domain: small, deviceOf: enrichSmall.deviceOf, startedAt: t0, hashKey, lagMs: 0 })
    live.add(block, now)
    const matrix = live.matrix('sites', 10, now)
    assert.deepEqual([matrix.total, matrix.unresolved], [800, 800])
  })
})

describe('tops', () => {
  const rows: readonly Row[] = [
    { ...at, octets: 1000, packets: 2 },
    { ...at, octets: 500, packets: 1, src: '10.1.0.2', dstPort: 53, protocol: 17 },
    { ...at, octets: 200, src: '2001:db8:1::1', dst: '2001:db8:2::1', srcPort: 1, dstPort: 2 },
    { ...at, octets: 9999, device: p1 },
  ]

  test('of addresses are canonical text, heaviest first, of counted records only', () => {
    const top = liveOf(rows, now).top('src', 2, 10, now)
    assert.deepEqual(top.items, [
      {
        key: { src: '10.1.0.1' },
        octets: 1000,
        packets: 2,
        flows: 1,
        bitsPerSecond: 800,
        share: 1000 / 1700,
        error: 0,
      },
      { key: { src: '10.1.0.2' }, octets: 500, packets: 1, flows: 1, bitsPerSecond: 400, share: 500 / 1700, error: 0 },
    ])
    assert.equal(top.method, 'exact')
    assert.deepEqual([top.total.octets, top.total.flows, top.total.bitsPerSecond], [1700, 3, 1360])
  })

  test('of every live set', () => {
    const live = liveOf(rows, now)
    const first = (set: 'dst' | 'pair' | 'conversation' | 'application' | 'sites'): unknown =>
      live.top(set, 9, 10, now).items.map(({ key, octets }) => [...Object.values(key), octets])
    assert.deepEqual(first('dst'), [
      ['10.2.0.1', 1500],
      ['2001:db8:2::1', 200],
    ])
    assert.deepEqual(first('pair'), [
      ['10.1.0.1', '10.2.0.1', 1000],
      ['10.1.0.2', '10.2.0.1', 500],
      ['2001:db8:1::1', '2001:db8:2::1', 200],
    ])
    assert.deepEqual(first('conversation'), [
      ['10.1.0.1', '10.2.0.1', '50000', '443', '6', 1000],
      ['10.1.0.2', '10.2.0.1', '50000', '53', '17', 500],
      ['2001:db8:1::1', '2001:db8:2::1', '1', '2', '6', 200],
    ])
    assert.deepEqual(first('application'), [
      ['web', 1000],
      ['dns', 500],
      ['unknown', 200],
    ])
    assert.deepEqual(first('sites'), [['office', 'factory', 1700]])
  })

  test('of conversations have type and code of ICMP, which are no port', () => {
    const echo: Row = { ...rows[0]!, protocol: 1, srcPort: 0, dstPort: 2048 }
    const [item] = liveOf([echo], now).top('conversation', 1, 10, now).items
    assert.deepEqual([item?.key['protocol'], item?.key['srcPort'], item?.key['dstPort']], ['1', '0', '8/0'])
  })

  test('are found by their dimensions in any order', () => {
    assert.equal(topSetOf(['dst', 'src']), 'pair')
    assert.equal(topSetOf(['src', 'dst', 'protocol', 'dstPort', 'srcPort']), 'conversation')
    assert.equal(topSetOf(['src', 'application']), undefined)
  })

  test('have the true volume within the error, with more keys than a sketch lists', () => {
    const many = Array.from({ length: 2600 }, (_, index): Row => {
      const host = index % 2500
      const second = index >= 2500 ? 5000 : 0
      return {
        start: t0 + second,
        end: t0 + second + 1000,
        src: `10.1.${host >> 8}.${host & 255}`,
        octets: host < 20 ? 100_000 + host : 100 + (host % 7),
      }
    })
    const top = liveOf(many, now).top('src', 20, 10, now)
    assert.equal(top.method, 'space-saving')
    for (const { key, octets, error } of top.items) {
      const exact = many.filter(({ src }) => src === key['src']).reduce((sum, row) => sum + row.octets!, 0)
      assert.ok(
        exact > 100_000 && octets - error <= exact && exact <= octets,
        `${key['src']}: ${octets} ± ${error}, ${exact}`,
      )
    }
  })

  test('are empty without traffic', () => {
    const top = liveOf([], now).top('src', 20, 10, now)
    assert.deepEqual([top.items, top.method, top.total.bitsPerSecond, top.total.ipv6Share], [[], 'exact', 0, null])
  })
})

describe('time', () => {
  test('correcting a clock that was wrong by an hour loses the counts so far, not the hour', () => {
    const live = new LiveWindow({ domain, deviceOf: enricher.deviceOf, startedAt: t0, hashKey, lagMs: 0 })
    live.add(blockOf([]), now + 3_600_000)
    const block = blockOf([{ ...at, octets: 1000 }])
    enricher.enrich(block)
    live.add(block, now)
    assert.equal(live.counts().late, 0)
    assert.ok(live.totals(10, now).octets > 0)
  })

  test('correcting a clock that was ahead at the start of counting does not shorten windows', () => {
    const live = liveOf([], now, { startedAt: now + 3_600_000 })
    const block = blockOf([{ ...at, octets: 1000 }])
    enricher.enrich(block)
    live.add(block, now + 60_000)
    assert.equal(live.windowAt(60, now + 60_000).seconds, 60)
  })

  test('a record of many minutes is a heavy hitter with its whole volume', () => {
    const long: Row = { start: now - 200_000, end: now, octets: 200_000, src: '10.1.0.9' }
    const live = liveOf([long], now, { startedAt: t0 - 600_000 })
    const [item] = live.top('src', 1, 300, now).items
    assert.equal(item!.key['src'], '10.1.0.9')
    assert.ok(Math.abs(item!.octets / live.totals(300, now).octets - 1) < 0.001)
  })
})

describe('interface loads', () => {
  const loadsOf = (rows: readonly Row[]): Record<string, readonly unknown[]> =>
    Object.fromEntries(
      liveOf(rows, now)
        .interfaceLoads(10, now)
        .items.map((each) => [
          `${each.device}/${each.ifIndex}`,
          [each.inBitsPerSecond, each.inFrom, each.outBitsPerSecond, each.outFrom],
        ]),
    )

  test('include records that are not counted', () => {
    assert.deepEqual(loadsOf([{ ...at, octets: 1000, device: p1, inIf: 1, outIf: 2 }]), {
      '3/1': [800, 'interface', null, null],
      '3/2': [null, null, 800, 'others'],
    })
  })

  test('take the direction from the sites when one interface is named for both', () => {
    assert.deepEqual(
      loadsOf([
        { ...at, octets: 1000, inIf: 1 },
        { ...at, octets: 500, inIf: 1, src: '10.2.0.1', dst: '10.1.0.1' },
      ]),
      { '1/1': [800, 'interface', 400, 'interface'] },
    )
  })

  test('do not count an interface twice that meters itself', () => {
    const rows: readonly Row[] = [
      { ...at, octets: 1000, inIf: 2, outIf: 3, direction: 1 },
      { ...at, octets: 1000, inIf: 2, outIf: 3, direction: 0 },
    ]
    const loads = loadsOf([...rows, ...rows])
    assert.deepEqual(loads['1/3'], [null, null, 1600, 'interface'])
  })

  test('one odd record does not remove a direction from the interfaces that show it', () => {
    const entering = Array.from({ length: 20 }, (): Row => ({ ...at, octets: 1000, device: p1, inIf: 1, outIf: 2 }))
    const odd: Row = { ...at, octets: 1, device: p1, inIf: 1, outIf: 2, direction: 1 }
    assert.deepEqual(loadsOf([...entering, odd])['3/2'], [null, null, 16_000, 'others'])
  })

  test('show the IPv6 part, and the devices that never exported any', () => {
    const live = liveOf(
      [
        { ...at, octets: 1000, src: '2001:db8:1::1', dst: '2001:db8:2::1' },
        { ...at, device: p1 },
      ],
      now,
    )
    const item = live.interfaceLoads(10, now).items[0]!
    assert.deepEqual([item.inBitsPerSecond, item.inIpv6BitsPerSecond], [800, 800])
    assert.deepEqual(live.ipv6Blind(), ['p-1'])
  })
})

test('non-IP traffic and traffic of unknown version is in the total and in neither family', () => {
  const other: Row = { ...at, octets: 500, version: 0 }
  const totalsOf = (...rows: readonly Row[]): TrafficTotals => liveOf(rows, now).totals(10, now)
  const mixed = totalsOf(
    { ...at, octets: 300 },
    { ...at, octets: 100, src: '2001:db8:1::1', dst: '2001:db8:2::1' },
    other,
  )
  assert.deepEqual([mixed.octets, mixed.ipv4BitsPerSecond, mixed.ipv6BitsPerSecond], [900, 240, 80])
  assert.deepEqual([mixed.ipv6Share, totalsOf(other).ipv6Share], [0.25, null])
  assert.deepEqual(liveOf([other], now).ipv6Blind(), ['pe-1'])
})

describe('forged records', () => {
  test('with any content neither throw nor give figures that are not finite numbers', () => {
    const octets = fc.uint8Array({ minLength: 64 * octetsPerRow, maxLength: 64 * octetsPerRow })
    fc.assert(
      fc.property(octets, fc.constantFrom(0, 1, 10_000, 1e6), (content, later) => {
        const block = createFlowBlock(64)
        block.memory.set(content)
        // Some rows are of routers of the domain, with times near now.
        for (let row = 0; row < 48; row++) block.exporter[row] = 11 + (row % 3)
        for (let row = 0; row < 32; row++)
          block.end.set([(now + later) >>> 0, Math.floor((now + later) / 2 ** 32)], row * 2)
        block.length = 64
        enricher.enrich(block)
        const live = new LiveWindow({ domain, deviceOf: enricher.deviceOf, startedAt: t0, hashKey, lagMs: 0 })
        live.add(block, now)
        const sets = ['src', 'conversation', 'sites', 'application'] as const
        const answers = [
          live.totals(60, now),
          live.matrix('edges', 60, now),
          live.interfaceLoads(60, now),
          ...sets.map((set) => live.top(set, 9, 60, now)),
        ]
        for (const figure of figuresIn(answers)) assert.ok(Number.isFinite(figure) && figure >= 0, String(figure))
      }),
      { numRuns: 8 },
    )
  })
})

/** All numbers in an answer. */
function figuresIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value]
  if (value instanceof Float64Array) return Array.from(value)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(figuresIn) : []
}

test('a matrix of too many nodes is refused', () => {
  const sites = Array.from({ length: 1001 }, (_, index) => ({ name: `s${index}`, prefixes: [] }))
  const live = new LiveWindow({ domain: { ...domain, sites }, deviceOf: () => 0, startedAt: t0, hashKey })
  assert.throws(() => live.matrix('sites', 60, now), /a matrix must have at most 1000 nodes, but the domain has 1001/)
})
