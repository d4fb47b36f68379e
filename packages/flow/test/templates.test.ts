/** Templates that arrive late or from another port, change, expire, or survive a restart. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultLimits } from '../src/index.ts'
import {
  concat,
  exporterAt,
  type Field,
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

const announce = (sequence = 0, domain = 0): Uint8Array =>
  ipfix({ sequence, domain }, set(2, template(256, plainFields)))
const data = (host: number, header = {}): Uint8Array => ipfix(header, set(256, plainRecord(host)))
const hosts = (rows: readonly { readonly src: string }[]): readonly string[] =>
  rows.map(({ src }) => src.split('.')[3]!)

describe('data before its template', () => {
  test('waits, and is decoded in order, with the times of its own message', () => {
    const { collector, rows } = collectRows()
    const from = exporterAt(1)
    collector.receive(data(1, { seconds: 1000 }), from, 5)
    collector.receive(data(2, { seconds: 2000 }), from, 6)
    assert.deepEqual([rows().length, collector.totals().parked], [0, 2])
    collector.receive(announce(), from, 7)
    const taken = rows()
    assert.deepEqual(hosts(taken), ['1', '2'])
    assert.deepEqual(
      taken.map(({ start }) => start),
      [1_000_000, 2_000_000],
    )
    assert.deepEqual([collector.totals().parked, collector.totals().parkedOctets], [0, 0])
  })

  test('of another shape than the template before waits for the new one, and is not read by the old one', () => {
    for (const decoders of ['script', 'vector'] as const) {
      const { collector, rows } = collectRows({ decoders })
      const from = exporterAt(1)
      const longer = concat(...[1, 2, 3, 4, 5].map((host) => concat(plainRecord(host), number(255, 1))))
      collector.receive(announce(), from, 1)
      collector.receive(data(9, { sequence: 0 }), from, 2)
      rows()
      collector.receive(ipfix({ sequence: 1 }, set(256, longer)), from, 3)
      assert.deepEqual([rows().length, collector.totals().parked], [0, 1])
      collector.receive(ipfix({ sequence: 6 }, set(2, template(256, [...plainFields, [61, 1]]))), from, 4)
      assert.deepEqual(hosts(rows()), ['1', '2', '3', '4', '5'])
      assert.equal(collector.exporters()[0]!.lost.units, 0)
    }
  })

  test('is read once the same template is said again: its exporter pads with octets of its own', () => {
    for (const decoders of ['script', 'vector'] as const) {
      const { collector, rows } = collectRows({ decoders })
      const from = exporterAt(1)
      const padded = (host: number) => ipfix({ sequence: host }, set(256, concat(plainRecord(host), number(7, 4))))
      collector.receive(announce(), from, 1)
      collector.receive(padded(0), from, 2)
      assert.deepEqual([rows().length, collector.totals().parked], [0, 1])
      collector.receive(announce(), from, 3)
      collector.receive(padded(1), from, 4)
      assert.deepEqual([hosts(rows()), collector.totals().parked], [['0', '1'], 0])
    }
  })

  test('is read although longer padding of zeros follows it (RFC 7011 §3.3.1)', () => {
    const { collector, rows } = collectRows()
    collector.receive(announce(), exporterAt(1), 1)
    collector.receive(ipfix({}, set(256, concat(plainRecord(7), new Uint8Array(7)))), exporterAt(1), 2)
    assert.deepEqual(hosts(rows()), ['7'])
  })

  test('gets the sampling rate that the message with the template announces after it', () => {
    const { collector, rows } = collectRows()
    const from = exporterAt(1)
    const sampled = set(260, concat(number(1, 4), number(1500, 4), number(1, 1)))
    for (let index = 0; index < 5; index++) collector.receive(netflow9({ sequence: index }, sampled), from, 5)
    const announcement = netflow9(
      { sequence: 5 },
      set(
        0,
        template(260, [
          [2, 4],
          [1, 4],
          [48, 1],
        ]),
      ),
      set(
        1,
        netflow9OptionsTemplate(
          300,
          [[1, 4]],
          [
            [48, 1],
            [50, 4],
          ],
        ),
      ),
      set(300, concat(number(0, 4), number(1, 1), number(1000, 4))),
      sampled,
    )
    collector.receive(announcement, from, 6)
    assert.deepEqual(
      rows().map(({ samplingRate }) => samplingRate),
      [1000, 1000, 1000, 1000, 1000, 1000],
    )
    assert.equal(collector.exporters()[0]!.parked, 0)
  })

  test('waits if it is options data, too', () => {
    const { collector } = collectRows()
    const from = exporterAt(1)
    collector.receive(netflow9({}, set(260, concat(number(17, 4), hex('67652d3000000000')))), from, 5)
    assert.equal(collector.interfaceNames(1).size, 0)
    collector.receive(netflow9({}, set(1, netflow9OptionsTemplate(260, [[2, 4]], [[82, 8]]))), from, 6)
    assert.equal(collector.interfaceNames(1).get(17), 'ge-0')
  })

  test('is dropped and counted at the limit of a stream, oldest first', () => {
    const { collector, rows } = collectRows({ limits: { parkedPerStream: 3 } })
    for (let host = 1; host <= 5; host++) collector.receive(data(host), exporterAt(1), host)
    const { parked, parkedDropped } = collector.totals()
    assert.deepEqual({ parked, parkedDropped }, { parked: 3, parkedDropped: 2 })
    collector.receive(announce(), exporterAt(1), 9)
    assert.deepEqual(hosts(rows()), ['3', '4', '5'])
  })

  test('is dropped at the limit of all streams, oldest of any stream first', () => {
    const { collector } = collectRows({ limits: { parked: 4, parkedOctets: 1000 } })
    for (let host = 1; host <= 6; host++) collector.receive(data(1), exporterAt(host), host)
    assert.deepEqual(
      collector.exporters().map(({ parked }) => parked),
      [0, 0, 1, 1, 1, 1],
    )
    assert.ok(collector.totals().parkedOctets <= 1000)
  })

  test('is dropped after half an hour', () => {
    const { collector } = collectRows()
    collector.receive(data(1), exporterAt(1), 1000)
    collector.tick(1000 + defaultLimits.parkedForMs - 1)
    assert.equal(collector.totals().parked, 1)
    collector.tick(1000 + defaultLimits.parkedForMs)
    assert.deepEqual([collector.totals().parked, collector.totals().parkedDropped], [0, 1])
  })
})

describe('a template', () => {
  test('of another port serves a port that announces none (exporters with several processes)', () => {
    const { collector, rows } = collectRows()
    collector.receive(data(1), exporterAt(1, 1001), 1)
    collector.receive(announce(), exporterAt(1, 1000), 2)
    collector.receive(data(2), exporterAt(1, 1001), 3)
    assert.deepEqual(hosts(rows()), ['1', '2'])
  })

  test('of another port does not serve a port that announces its own', () => {
    const { collector, rows } = collectRows()
    collector.receive(announce(), exporterAt(1, 1000), 1)
    collector.receive(ipfix({}, set(2, template(300, plainFields))), exporterAt(1, 1001), 2)
    collector.receive(data(1), exporterAt(1, 1001), 3)
    assert.deepEqual([rows().length, collector.totals().parked], [0, 1])
  })

  test('of a port with data serves a port that announces none for ten minutes (processes of one exporter)', () => {
    const { collector, rows } = collectRows()
    const [a, b] = [exporterAt(1, 1000), exporterAt(1, 1001)]
    collector.receive(announce(), a, 1)
    collector.receive(data(1), a, 2)
    collector.receive(data(2), b, 3)
    collector.receive(data(3), b, 600_002)
    assert.deepEqual(hosts(rows()), ['1'])
    collector.receive(data(4), b, 600_003)
    assert.deepEqual(hosts(rows()), ['4'])
  })
  test('of a port with data serves no other port before that (two routers behind one address, RFC 7011 §8)', () => {
    const { collector, rows } = collectRows()
    const [a, b] = [exporterAt(1, 1000), exporterAt(1, 1001)]
    const swapped = [plainFields[1]!, plainFields[0]!, ...plainFields.slice(2)]
    collector.receive(announce(), a, 1)
    collector.receive(data(1), a, 2)
    collector.receive(data(2), b, 3)
    collector.receive(announce(), a, 4)
    assert.deepEqual([hosts(rows()), collector.totals().parked], [['1'], 1])
    collector.receive(ipfix({}, set(2, template(256, swapped))), b, 5)
    assert.deepEqual(
      rows().map(({ src, dst }) => [src, dst]),
      [['10.0.1.1', '10.0.0.2']],
    )
  })

  test('of another port does not serve data of another length', () => {
    const { collector, rows } = collectRows()
    collector.receive(announce(), exporterAt(1, 1000), 1)
    collector.receive(ipfix({}, set(256, concat(plainRecord(1), hex('00010203040506')))), exporterAt(1, 1001), 2)
    assert.deepEqual([rows().length, collector.totals().parked], [0, 1])
  })

  test('serves no other domain, exporter or protocol', () => {
    const { collector, rows } = collectRows()
    collector.receive(announce(), exporterAt(1), 1)
    collector.receive(data(1, { domain: 7 }), exporterAt(1), 2)
    collector.receive(data(1), exporterAt(2), 3)
    collector.receive(netflow9({}, set(256, plainRecord(1))), exporterAt(1), 4)
    assert.deepEqual([rows().length, collector.totals().parked], [0, 3])
  })

  test('announced again with other fields replaces the old one', () => {
    const { collector, rows } = collectRows()
    collector.receive(announce(), exporterAt(1), 1)
    collector.receive(data(1), exporterAt(1), 2)
    const shorter = [
      [8, 4],
      [12, 4],
    ] as const
    collector.receive(ipfix({}, set(2, template(256, shorter))), exporterAt(1), 3)
    collector.receive(ipfix({}, set(256, hex('0a0000070a000101'))), exporterAt(1), 4)
    assert.deepEqual(hosts(rows()), ['1', '7'])
    assert.equal(collector.totals().templates, 1)
  })

  test('survives a withdrawal of one or all templates, which is ignored over UDP (RFC 7011 §8.4)', () => {
    const { collector, rows } = collectRows()
    const options = optionsTemplate(400, 1, [
      [143, 4],
      [34, 4],
    ])
    collector.receive(ipfix({}, set(2, template(256, plainFields)), set(3, options)), exporterAt(1), 1)
    for (const [id, withdrawal] of [
      [2, '0100 0000'],
      [2, '0002 0000'],
      [3, '0003 0000'],
    ] as const) {
      collector.receive(ipfix({}, set(id, hex(withdrawal))), exporterAt(1), 2)
    }
    collector.receive(data(1), exporterAt(1), 3)
    assert.deepEqual([hosts(rows()), collector.totals().templates, collector.totals().malformed], [['1'], 2, 0])
  })

  test('of another port still serves a port that only sent a withdrawal', () => {
    const { collector, rows } = collectRows()
    collector.receive(announce(), exporterAt(1, 1000), 1)
    collector.receive(ipfix({}, set(2, hex('0100 0000'))), exporterAt(1, 1001), 2)
    collector.receive(data(1), exporterAt(1, 1001), 3)
    assert.deepEqual(hosts(rows()), ['1'])
  })

  test('is forgotten at the limit of its stream, unused for longest first', () => {
    const { collector } = collectRows({ limits: { templatesPerStream: 2 } })
    const from = exporterAt(1)
    collector.receive(ipfix({}, set(2, template(256, plainFields))), from, 1)
    collector.receive(ipfix({}, set(2, template(257, plainFields))), from, 2)
    collector.receive(data(1), from, 3)
    collector.receive(ipfix({}, set(2, template(258, plainFields))), from, 4)
    assert.deepEqual(
      collector.snapshot().streams[0]!.templates.map(({ id }) => id),
      [256, 258],
    )
  })

  test('is compiled again after its decoder was dropped', () => {
    const { collector, rows } = collectRows({ limits: { decoders: 1 } })
    const from = exporterAt(1)
    const shorter = [
      [8, 4],
      [12, 4],
    ] as const
    collector.receive(ipfix({}, set(2, template(256, plainFields)), set(2, template(257, shorter))), from, 1)
    for (let round = 0; round < 3; round++) {
      collector.receive(data(1), from, 2)
      collector.receive(ipfix({}, set(257, hex('0a0000070a000101'))), from, 3)
    }
    assert.deepEqual(hosts(rows()), ['1', '7', '1', '7', '1', '7'])
  })
})

describe('options data', () => {
  const announceOptions = (fields: readonly Field[]): Uint8Array => ipfix({}, set(3, optionsTemplate(400, 1, fields)))

  test('is read across empty and unused fields', () => {
    const { collector, rows } = collectRows()
    const empty = Array.from({ length: 200 }, () => [10, 0] as const)
    const unused = [
      [371, 65535],
      [30000, 9],
      [30001, 4],
    ] as const
    collector.receive(
      announceOptions([[143, 4], ...empty, ...unused, [34, 4], ...empty, [82, 12], [10, 2]]),
      exporterAt(1),
      1,
    )
    const record = (rate: number, index: number): Uint8Array =>
      concat(
        number(7, 4),
        hex('02 ffff'),
        new Uint8Array(13),
        number(rate, 4),
        hex('676530 000000000000000000'),
        number(index, 2),
      )
    collector.receive(ipfix({}, set(400, concat(record(60, 3), record(60, 4), hex('0000')))), exporterAt(1), 2)
    collector.receive(announce(), exporterAt(1), 3)
    collector.receive(data(1), exporterAt(1), 4)
    assert.deepEqual(collector.interfaceNames(1), new Map([3, 4].map((index) => [index, 'ge0'])))
    assert.deepEqual([collector.totals().optionsRecords, rows()[0]!.samplingRate], [2, 60])
  })

  test('with numbers above 2^53 is ignored, and leaves a snapshot that can be restored', () => {
    const { collector } = collectRows()
    const fields = [
      [302, 8],
      [34, 4],
      [10, 8],
      [82, 3],
      [160, 8],
    ] as const
    const all = 'ffffffffffffffff'
    collector.receive(announceOptions(fields), exporterAt(1), 1)
    collector.receive(ipfix({}, set(400, hex(`${all} 00000064 ${all} 676530 ${all}`))), exporterAt(1), 2)
    assert.equal(collector.interfaceNames(1).size, 0)
    const [stream] = collector.snapshot().streams
    assert.deepEqual([stream!.domainRate, stream!.samplers, stream!.initTime], [0, [], 0])
    collectRows().collector.restore(JSON.parse(JSON.stringify(collector.snapshot())))
  })

  test('is malformed after 4096 records in a set', () => {
    const { collector } = collectRows()
    collector.receive(announceOptions([[143, 1]]), exporterAt(1), 1)
    collector.receive(ipfix({}, set(400, new Uint8Array(5000))), exporterAt(1), 2)
    assert.deepEqual([collector.totals().optionsRecords, collector.totals().malformed], [4096, 1])
  })

  test('is malformed if the fields of its template have no octets', () => {
    const { collector } = collectRows()
    collector.receive(
      announceOptions([
        [143, 0],
        [34, 0],
      ]),
      exporterAt(1),
      1,
    )
    collector.receive(ipfix({}, set(400, new Uint8Array(8))), exporterAt(1), 2)
    assert.deepEqual([collector.totals().optionsRecords, collector.totals().malformed], [0, 1])
  })
})

test('empty fields in a template of data records are skipped', () => {
  const { collector, rows } = collectRows()
  const fields = [
    [10, 0],
    [8, 4],
    [27, 0],
    [12, 4],
    [1, 0],
    [1, 4],
  ] as const
  collector.receive(
    ipfix({}, set(2, template(256, fields)), set(256, hex('0a000001 0a000002 00000064'))),
    exporterAt(1),
    1,
  )
  assert.deepEqual(
    rows().map(({ src, dst, octets, inIf }) => [src, dst, octets, inIf]),
    [['10.0.0.1', '10.0.0.2', 100, 0]],
  )
})

describe('exporters and streams', () => {
  test('share a number by address, and those silent for longest are forgotten at the limit', () => {
    const { collector, rows } = collectRows({ limits: { exporters: 2 } })
    for (const [host, at] of [
      [1, 1],
      [2, 2],
      [1, 3],
      [3, 4],
    ] as const) {
      collector.receive(announce(), exporterAt(host, 1000), at)
      collector.receive(data(host), exporterAt(host, 1000), at)
    }
    assert.deepEqual(
      rows().map(({ exporter }) => exporter),
      [1, 2, 1, 3],
    )
    const addresses = [1, 2, 3].map((exporter) => collector.addressOf(exporter))
    assert.deepEqual(addresses, ['192.0.2.1', undefined, '192.0.2.3'])
    assert.equal(collector.totals().templates, 2)
  })

  test('get unused numbers while there are any, even after restarts', () => {
    const limits = { exporters: 2 }
    const first = collectRows({ limits }).collector
    for (let host = 1; host <= 5; host++) first.receive(announce(), exporterAt(host), host)
    const second = collectRows({ limits }).collector
    second.restore(JSON.parse(JSON.stringify(first.snapshot())))
    for (const host of [6, 7]) second.receive(announce(), exporterAt(host), host)
    assert.deepEqual(
      second.exporters().map(({ exporter, address }) => [exporter, address]),
      [
        [6, '192.0.2.6'],
        [7, '192.0.2.7'],
      ],
    )
  })

  test('get the number freed longest ago when all were used', () => {
    const { collector } = collectRows({ limits: { exporters: 2 } })
    collector.restore({ ...collectRows().collector.snapshot(), nextNumber: 0xffff })
    for (let host = 1; host <= 4; host++) collector.receive(announce(), exporterAt(host), host)
    assert.deepEqual(
      collector.exporters().map(({ exporter }) => exporter),
      [2, 3],
    )
  })

  test('are forgotten last if the operator configured them', () => {
    const { collector } = collectRows({ limits: { exporters: 2 }, isConfigured: (address) => address === '192.0.2.1' })
    for (let host = 1; host <= 5; host++) collector.receive(announce(), exporterAt(host), host)
    assert.deepEqual(
      collector.exporters().map(({ address }) => address),
      ['192.0.2.1', '192.0.2.5'],
    )
  })

  test('are forgotten at the limit of streams, with their templates and waiting data', () => {
    const { collector } = collectRows({ limits: { streams: 16 } })
    for (let port = 1; port <= 40; port++) {
      collector.receive(announce(), exporterAt(1, port), port)
      collector.receive(ipfix({}, set(999, hex('01020304'))), exporterAt(1, port), port)
    }
    const { streams, templates, parked } = collector.totals()
    assert.deepEqual({ streams, templates, parked }, { streams: 16, templates: 16, parked: 16 })
    assert.deepEqual(collector.exporters()[0]!.port, 25)
  })
})

describe('a snapshot', () => {
  test('keeps templates, rates, names and exporter numbers through JSON', () => {
    const first = collectRows()
    first.collector.receive(announce(), exporterAt(9), 1)
    first.collector.receive(announce(), exporterAt(1), 2)
    const options = optionsTemplate(400, 1, [
      [302, 8],
      [305, 4],
      [306, 4],
    ])
    const rate = concat(number(5, 8), number(1, 4), number(999, 4))
    first.collector.receive(ipfix({}, set(3, options), set(400, rate)), exporterAt(1), 3)
    const names = optionsTemplate(401, 1, [
      [10, 4],
      [82, 65535],
    ])
    first.collector.receive(ipfix({}, set(3, names), set(401, hex('00000003 04 65746830'))), exporterAt(1), 4)
    const second = collectRows()
    second.collector.restore(JSON.parse(JSON.stringify(first.collector.snapshot())))
    assert.deepEqual(second.collector.snapshot(), first.collector.snapshot())
    second.collector.receive(data(1), exporterAt(1), 5)
    const [row] = second.rows()
    assert.deepEqual([row!.exporter, row!.samplingRate], [2, 1000])
    assert.equal(second.collector.interfaceNames(2).get(3), 'eth0')
    second.collector.receive(announce(), exporterAt(7), 6)
    assert.equal(second.collector.addressOf(3), '192.0.2.7')
  })

  test('keeps the age of streams, and restored ones are not reported as new', () => {
    const first = collectRows()
    first.collector.receive(announce(), exporterAt(1), 1000)
    first.collector.receive(data(1), exporterAt(1), 9000)
    const second = collectRows()
    second.collector.restore(first.collector.snapshot())
    const { firstAt, lastAt } = second.collector.exporters()[0]!
    assert.deepEqual([firstAt, lastAt], [1000, 9000])
    second.collector.receive(data(1), exporterAt(1), 10_000)
    second.collector.receive(data(1), exporterAt(2), 10_000)
    assert.deepEqual(
      second.collector.takeEvents().map(({ event, address }) => [event, address]),
      [['exporter.seen', '192.0.2.2']],
    )
  })

  test('is accepted without times of streams, as in the first versions', () => {
    const { collector } = collectRows()
    const stream = { exporter: 7, port: 1, protocol: 'ipfix', domain: 0, templates: [], samplers: [] }
    collector.restore({
      format: 'vagus-flow-state/1',
      exporters: [{ number: 7, address: '192.0.2.1', lastAt: 5, interfaces: [] }],
      streams: [{ ...stream, domainRate: 0, initTime: 0 }],
    })
    assert.equal(collector.exporters()[0]!.firstAt, 5)
  })

  test('is accepted in the first format, with an array for each field', () => {
    const { collector, rows } = collectRows()
    const fields = plainFields.map(([element, length]) => [element, length, 0])
    const stream = { exporter: 7, port: 2055, protocol: 'ipfix', domain: 0, samplers: [], domainRate: 0, initTime: 0 }
    collector.restore({
      format: 'vagus-flow-state/1',
      exporters: [{ number: 7, address: '192.0.2.1', lastAt: 5, interfaces: [] }],
      streams: [{ ...stream, templates: [{ id: 256, scopeCount: 0, usedAt: 5, fields }] }],
    })
    collector.receive(data(1), exporterAt(1), 6)
    assert.deepEqual(hosts(rows()), ['1'])
  })

  test('stays small after a flood of templates, and holds those that a router uses', () => {
    const { collector } = collectRows()
    collector.receive(announce(), exporterAt(1), 1)
    collector.receive(data(1), exporterAt(1), 2)
    const fields = Array.from({ length: 40 }, (_, index): Field => [300 + index, 4])
    const four = concat(...[256, 257, 258, 259].map((id) => template(id, fields)))
    for (let domain = 0; domain < 6000; domain++) collector.receive(ipfix({ domain }, set(2, four)), exporterAt(66), 3)
    const { streams } = collector.snapshot()
    const kept = streams.flatMap(({ templates }) => templates)
    const sizes = [collector.totals().templates > 20_000, kept.length, kept.flatMap((one) => one.fields).length]
    assert.deepEqual(sizes, [true, 3277, 3 * (plainFields.length + 3276 * 40)])
    assert.deepEqual([streams[0]!.exporter, streams[0]!.templates.length, streams.length < 1000], [1, 1, true])
    assert.ok(JSON.stringify(collector.snapshot()).length < 2_000_000)
  })

  test('changes nothing if it has a fault at its end', () => {
    const first = collectRows()
    for (const host of [1, 2, 3]) first.collector.receive(announce(), exporterAt(host), host)
    const snapshot = first.collector.snapshot()
    const { collector } = collectRows()
    const streams = [...snapshot.streams.slice(0, 2), { ...snapshot.streams[2], port: 'x' }]
    assert.throws(() => collector.restore({ ...snapshot, streams }), {
      name: 'TypeError',
      message: /"streams\[2\]\.port"/,
    })
    const { exporters, templates } = collector.totals()
    assert.deepEqual([exporters, templates, collector.addressOf(1)], [0, 0, undefined])
    collector.restore(snapshot)
    assert.deepEqual(collector.snapshot(), snapshot)
  })

  const bad = [
    { name: 'undefined', value: undefined, message: /"snapshot" must be an object/ },
    {
      name: 'in an unknown format',
      value: { format: 'x' },
      message: /"format" must be "vagus-flow-state\/2" or .*, got "x"/,
    },
    {
      name: 'with an invalid address',
      value: { format: 'vagus-flow-state/1', exporters: [{ number: 1, address: '1.2.3', lastAt: 1 }], streams: [] },
      message: /"exporters\[0\]\.address" must be an address/,
    },
    {
      name: 'with an invalid length',
      value: {
        format: 'vagus-flow-state/1',
        exporters: [{ number: 1, address: '192.0.2.1', lastAt: 1, interfaces: [] }],
        streams: [
          {
            exporter: 1,
            port: 1,
            protocol: 'ipfix',
            domain: 0,
            templates: [{ id: 256, scopeCount: 0, usedAt: 1, fields: [[8, '4);process.exit(', 0]] }],
          },
        ],
      },
      message: /"streams\[0\]\.templates\[0\]\.fields\[1\]" must be an integer in 0\.\.65535/,
    },
  ]
  for (const { name, value, message } of bad) {
    test(`is rejected with the name of the fault: ${name}`, () => {
      const { collector } = collectRows()
      assert.throws(() => collector.restore(value), { name: 'TypeError', message })
    })
  }
})

test('limits out of range are rejected', () => {
  assert.throws(() => collectRows({ limits: { parked: 0 } }), /"limits.parked" must be an integer of 1 or more, got 0/)
  assert.throws(() => collectRows({ limits: { exporters: 70_000 } }), /at most 65535/)
})
