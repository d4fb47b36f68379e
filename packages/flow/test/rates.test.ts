/** Whose sampling rate holds for a stream that announced none itself. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  concat,
  exporterAt,
  ipfix,
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
  test('holds while that port is heard', () => {
    const { collector, rows } = collectRows()
    collector.receive(flows(), exporterAt(1, 50_000), 1000)
    collector.receive(rateOptions(100), exporterAt(1, 40_000), 2000)
    collector.receive(flows(), exporterAt(1, 50_000), 3000)
    assert.deepEqual(
      rows().map(({ samplingRate }) => samplingRate),
      [0, 100],
    )
  })

  test('does not hold for a stream that began after that port fell silent', () => {
    const { collector, rows } = collectRows()
    collector.receive(rateOptions(100), exporterAt(1, 40_000), 1000)
    collector.receive(flows(), exporterAt(1, 50_000), 1000 + 3 * day)
    assert.equal(rows()[0]!.samplingRate, 0)
    assert.deepEqual(collector.exporters()[1]!.sampling, { rate: 0, from: 'none' })
  })

  test('is that of the port heard last, also behind many that are silent', () => {
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

test('a rate announced for domain 0 holds for the port, however many domains it has', () => {
  const { collector, rows } = collectRows()
  for (let domain = 1; domain <= 80; domain++) collector.receive(flows(domain), exporterAt(1), 1)
  collector.receive(rateOptions(100), exporterAt(1), 2)
  rows()
  collector.receive(flows(5), exporterAt(1), 3)
  assert.equal(rows()[0]!.samplingRate, 100)
})
