/** The sampling rate of a stream that announced none itself. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  concat,
  exporterAt,
  hex,
  ipfix,
  netflow9,
  netflow9OptionsTemplate,
  number,
  optionsTemplate,
  plainFields,
  plainRecord,
  set,
  template,
} from './datagrams.ts'
import { collectRows } from './rows.ts'

/** One in `rate`, for the domain (RFC 5477: interval 1, space rate - 1). */
const rateOptions = (rate: number, domain = 0): Uint8Array =>
  ipfix(
    { domain },
    set(
      3,
      optionsTemplate(400, 1, [
        [143, 4],
        [305, 4],
        [306, 4],
      ]),
    ),
    set(400, concat(number(0, 4), number(1, 4), number(rate - 1, 4))),
  )
const flows = (domain = 0): Uint8Array =>
  ipfix({ domain }, set(2, template(256, plainFields)), set(256, plainRecord(1)))
const day = 86_400_000

describe('a rate that another port announced for the domain', () => {
  test('applies while that port is heard', () => {
    const { collector, rows } = collectRows()
    collector.receive(flows(), exporterAt(1, 50_000), 1000)
    collector.receive(rateOptions(100), exporterAt(1, 40_000), 2000)
    collector.receive(flows(), exporterAt(1, 50_000), 3000)
    assert.deepEqual(
      rows().map(({ samplingRate }) => samplingRate),
      [0, 100],
    )
  })

  test('does not apply if that port sends data: two routers behind one address', () => {
    const { collector, rows } = collectRows()
    const [sampled, other] = [exporterAt(1, 40_000), exporterAt(1, 50_000)]
    collector.receive(flows(), other, 1)
    collector.receive(rateOptions(100), sampled, 2)
    collector.receive(flows(), other, 2)
    for (let now = 3; now < 9; now += 3) {
      collector.receive(flows(), sampled, now)
      collector.receive(rateOptions(100), sampled, now + 1)
      collector.receive(flows(), other, now + 2)
    }
    assert.deepEqual(
      rows().map(({ samplingRate }) => samplingRate),
      [0, 100, 100, 0, 100, 0],
    )
  })

  test('does not apply to a stream that began after that port fell silent', () => {
    const { collector, rows } = collectRows()
    collector.receive(rateOptions(100), exporterAt(1, 40_000), 1000)
    collector.receive(flows(), exporterAt(1, 50_000), 1000 + 3 * day)
    assert.equal(rows()[0]!.samplingRate, 0)
    assert.deepEqual(collector.exporters()[1]!.sampling, { rate: 0, from: 'none' })
  })

  test('is that of the port heard last, even after many silent ones', () => {
    const { collector, rows } = collectRows()
    for (let port = 1; port <= 100; port++) collector.receive(rateOptions(port + 1), exporterAt(1, port), port)
    collector.receive(flows(), exporterAt(1, 50_000), 100)
    collector.receive(rateOptions(1000), exporterAt(1, 99), 200)
    collector.receive(rateOptions(2000), exporterAt(1, 98), 300)
    collector.receive(flows(), exporterAt(1, 50_000), 400)
    assert.deepEqual(
      rows().map(({ samplingRate }) => samplingRate),
      [101, 2000],
    )
  })
})

describe('rates announced by interface', () => {
  const announced = (...rates: readonly (readonly [ifIndex: number, rate: number])[]): Uint8Array =>
    ipfix(
      {},
      set(
        3,
        optionsTemplate(400, 1, [
          [10, 4],
          [34, 4],
        ]),
      ),
      set(400, concat(...rates.map(([ifIndex, rate]) => concat(number(ifIndex, 4), number(rate, 4))))),
    )
  const fields = [...plainFields, [10, 4], [14, 4], [61, 1]] as const
  const record = (inIf: number, outIf: number, direction: number): Uint8Array =>
    concat(plainRecord(1), number(inIf, 4), number(outIf, 4), number(direction, 1))
  const announce = ipfix({}, set(2, template(256, fields)))
  const from = exporterAt(1)

  test('apply to the records observed at each interface', () => {
    const { collector, rows } = collectRows()
    collector.receive(announced([1, 100], [2, 1000]), from, 1)
    collector.receive(announce, from, 1)
    const records = [record(1, 2, 0), record(2, 1, 0), record(1, 2, 1), record(9, 2, 0), record(8, 9, 0)]
    collector.receive(ipfix({}, set(256, concat(...records))), from, 2)
    assert.deepEqual(
      rows().map(({ samplingRate }) => samplingRate),
      [100, 1000, 1000, 1000, 0],
    )
  })

  test('also apply to other interfaces if they are all equal', () => {
    const { collector, rows } = collectRows({ limits: { samplersPerStream: 2 } })
    collector.receive(announced([1, 100], [2, 100], [3, 100]), from, 1)
    collector.receive(announce, from, 1)
    collector.receive(ipfix({}, set(256, concat(record(1, 2, 0), record(3, 9, 0)))), from, 2)
    assert.deepEqual(
      rows().map(({ samplingRate }) => samplingRate),
      [100, 100],
    )
    assert.deepEqual(collector.exporters()[0]!.sampling, { rate: 100, from: 'domain' })
  })

  test('survive a restart, and take precedence over the rate of the domain', () => {
    const first = collectRows()
    first.collector.receive(announced([1, 100], [2, 1000]), from, 1)
    first.collector.receive(announce, from, 1)
    first.collector.receive(rateOptions(50), from, 1)
    const second = collectRows()
    second.collector.restore(JSON.parse(JSON.stringify(first.collector.snapshot())))
    second.collector.receive(ipfix({}, set(256, concat(record(7, 8, 0), record(2, 8, 0)))), from, 2)
    assert.deepEqual(
      second.rows().map(({ samplingRate }) => samplingRate),
      [50, 1000],
    )
    assert.deepEqual(second.collector.exporters()[0]!.sampling, { rate: 1000, from: 'domain' })
  })
})

describe('a rate that is not repeated', () => {
  const hour = 3_600_000
  const from = exporterAt(1)
  const v9Flows = (uptime: number, sequence: number): Uint8Array =>
    netflow9({ uptime, sequence }, set(0, template(256, plainFields)), set(256, plainRecord(1)))
  const v9Rate = (uptime: number, sequence: number): Uint8Array =>
    netflow9(
      { uptime, sequence },
      set(1, netflow9OptionsTemplate(400, [[1, 4]], [[34, 4]])),
      set(400, hex('0000000000000064')),
    )
  const rateAfter = (uptimes: readonly number[], again: number): number => {
    const { collector, rows } = collectRows()
    collector.receive(v9Rate(50 * hour, 0), from, 1)
    for (const [index, uptime] of uptimes.entries()) {
      collector.receive(v9Flows(uptime, index + 1), from, (index + 1) * hour)
      if (index === again) collector.receive(v9Rate(uptime, index + 1), from, (index + 1) * hour + 1)
    }
    collector.tick(100 * hour)
    const isReported = collector.takeEvents().some(({ event }) => event === 'exporter.no-sampling-rate')
    const { samplingRate } = rows().at(-1)!
    assert.equal(isReported, samplingRate === 0)
    return samplingRate
  }

  test('stays valid while the exporter runs', () => {
    assert.equal(
      rateAfter(
        [51, 52, 53, 54, 55, 56].map((hours) => hours * hour),
        -1,
      ),
      100,
    )
  })

  test('expires if the exporter restarted and sent templates for hours without it', () => {
    const uptimes = [51, 0.5, 1.5, 2.5, 3.5, 4.5].map((hours) => hours * hour)
    assert.equal(rateAfter(uptimes.slice(0, 5), -1), 100)
    assert.equal(rateAfter(uptimes, -1), 0)
    assert.equal(rateAfter(uptimes, 2), 100)
    assert.equal(rateAfter(uptimes, 1), 100)
  })

  test('also expires after a restart of the collector, so that the configured rate applies', () => {
    const first = collectRows()
    first.collector.receive(rateOptions(100), from, 1)
    first.collector.receive(flows(), from, 2)
    const second = collectRows({ samplingRateOf: () => 7 })
    second.collector.restore(JSON.parse(JSON.stringify(first.collector.snapshot())))
    for (const hours of [10, 11, 12, 13]) second.collector.receive(flows(), from, hours * hour)
    second.collector.receive(flows(), from, 14 * hour)
    assert.deepEqual(
      second.rows().map(({ samplingRate }) => samplingRate),
      [100, 100, 100, 7, 7],
    )
    assert.deepEqual(second.collector.exporters()[0]!.sampling, { rate: 7, from: 'configured' })
  })
})

test('a rate announced for domain 0 applies to the whole port, however many domains it has', () => {
  const { collector, rows } = collectRows()
  for (let domain = 1; domain <= 80; domain++) collector.receive(flows(domain), exporterAt(1), 1)
  collector.receive(rateOptions(100), exporterAt(1), 2)
  rows()
  collector.receive(flows(5), exporterAt(1), 3)
  assert.equal(rows()[0]!.samplingRate, 100)
})
