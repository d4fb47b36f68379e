/** Datagrams written by hand from the specifications, and the rows they decode to. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  concat,
  exporterAt,
  hex,
  ipfix,
  netflow5,
  netflow5Record,
  netflow9,
  netflow9OptionsTemplate,
  number,
  optionsTemplate,
  set,
  template,
} from './datagrams.ts'
import { collectRows, type Row } from './rows.ts'

const now = 1_700_000_001_000
const from = exporterAt(1)

/** The rows of the datagrams, received in order, with only the columns of `like`. */
function rowsOf(datagrams: readonly Uint8Array[]): readonly Row[] {
  const { collector, rows } = collectRows()
  for (const datagram of datagrams) collector.receive(datagram, from, now)
  assert.equal(collector.totals().malformed, 0)
  return rows()
}

function assertRow(row: Row | undefined, expected: Partial<Row>): void {
  assert.ok(row, 'no row')
  const kept = Object.fromEntries(Object.keys(expected).map((name) => [name, row[name as keyof Row]]))
  assert.deepEqual(kept, { ...expected })
}

describe('NetFlow v5', () => {
  test('a record fills every column that v5 has', () => {
    const rows = rowsOf([netflow5({ uptime: 100_000, sampling: 0x4000 | 100 }, netflow5Record)])
    assert.equal(rows.length, 1)
    assert.deepEqual(
      { ...rows[0]! },
      {
        src: '10.0.0.1',
        dst: '10.0.0.2',
        start: 1_700_000_000_000 - 15_000,
        end: 1_700_000_000_000 - 10_000,
        octets: 180,
        packets: 3,
        samplingRate: 100,
        srcAs: 65001,
        dstAs: 65002,
        inIf: 3,
        outIf: 4,
        exporter: 1,
        srcPort: 1024,
        dstPort: 443,
        version: 4,
        protocol: 6,
        tcpFlags: 0x1b,
        tos: 0xb8,
        direction: 255,
      },
    )
  })

  test('is unsampled without an interval in the header, unless a rate is configured', () => {
    const of = (configured: number | undefined): number | undefined => {
      const { collector, rows } = collectRows({ samplingRateOf: () => configured })
      collector.receive(netflow5({ uptime: 100_000 }, netflow5Record), exporterAt(1), 1000)
      return rows()[0]?.samplingRate
    }
    assert.deepEqual([of(undefined), of(100)], [1, 100])
  })

  test('an uptime that wrapped after 49.7 days gives times before the export time', () => {
    const record = netflow5Record.slice()
    record.set(number(0xffff_ff00, 4), 24)
    record.set(number(0x10, 4), 28)
    const [row] = rowsOf([netflow5({ uptime: 0x100 }, record)])
    assertRow(row, { start: 1_700_000_000_000 - 0x200, end: 1_700_000_000_000 - 0xf0 })
  })
})

describe('NetFlow v9 (RFC 3954)', () => {
  const fields = [
    [8, 4],
    [12, 4],
    [10, 2],
    [14, 2],
    [2, 4],
    [1, 4],
    [22, 4],
    [21, 4],
    [61, 1],
  ] as const
  const record = hex('c6336401 c6336402 0007 0009 00000005 000001f4 00000064 000000c8 01')

  test('template and data in one datagram, with padding', () => {
    const padded = set(256, concat(record, hex('000000')))
    const [row, ...rest] = rowsOf([netflow9({ uptime: 1000 }, set(0, template(256, fields)), padded)])
    assert.equal(rest.length, 0)
    assertRow(row, {
      src: '198.51.100.1',
      dst: '198.51.100.2',
      inIf: 7,
      outIf: 9,
      packets: 5,
      octets: 500,
      start: 1_700_000_000_000 - 900,
      end: 1_700_000_000_000 - 800,
      direction: 1,
    })
  })

  test('sampling by sampler id, from options with the elements 48, 49 and 50', () => {
    const { collector, rows } = collectRows()
    const sampler = netflow9OptionsTemplate(
      257,
      [[1, 4]],
      [
        [48, 1],
        [49, 1],
        [50, 4],
      ],
    )
    collector.receive(netflow9({}, set(1, sampler), set(257, hex('00000000 02 02 00000200'))), from, now)
    const named = [...fields, [48, 1]] as const
    const data = concat(record, hex('02'), record, hex('00'))
    collector.receive(netflow9({ sequence: 1 }, set(0, template(256, named)), set(256, data)), from, now)
    assert.deepEqual(
      rows().map(({ samplingRate }) => samplingRate),
      [512, 512],
    )
    assert.deepEqual(collector.exporters()[0]!.sampling, { rate: 512, from: 'sampler' })
  })

  test('interface names from an options template with the scope "interface" (RFC 3954 §6.1)', () => {
    const { collector } = collectRows()
    const names = netflow9OptionsTemplate(260, [[2, 4]], [[82, 8]])
    const data = concat(number(17, 4), new TextEncoder().encode('ge-0/0/1'))
    collector.receive(netflow9({}, set(1, names), set(260, data)), from, now)
    assert.deepEqual([...collector.interfaceNames(1)], [[17, 'ge-0/0/1']])
  })
})

describe('IPFIX (RFC 7011)', () => {
  test('the example of appendix A: template, data, options template, options data', () => {
    const { collector, rows } = collectRows()
    // A.2.1 and A.3: source, destination, next hop, packets, octets
    const templates = hex('0002 001c 0100 0005 0008 0004 000c 0004 000f 0004 0002 0004 0001 0004')
    // A.4.1: line card scope (element 141), exported messages 41, exported records 42
    const options = hex('0003 0018 0102 0003 0001 008d 0004 0029 0002 002a 0002 0000')
    const data = hex(`0100 0040
      c000020c c00002fe c0000201 00001391 00518c81
      c000021b c0000217 c0000202 000002ec 0005ef46
      c0000238 c0000241 c0000203 00000005 00001986`)
    const optionsData = hex('0102 0014 00000001 0159 27d9 00000002 02b2 4fb2')
    collector.receive(ipfix({}, templates, options), from, now)
    collector.receive(ipfix({}, data, optionsData), from, now)
    const taken = rows()
    assert.deepEqual(
      taken.map(({ src, dst, packets, octets }) => [src, dst, packets, octets]),
      [
        ['192.0.2.12', '192.0.2.254', 5009, 5_344_385],
        ['192.0.2.27', '192.0.2.23', 748, 388_934],
        ['192.0.2.56', '192.0.2.65', 5, 6534],
      ],
    )
    assert.equal(collector.totals().optionsRecords, 2)
    assert.equal(collector.totals().malformed, 0)
  })

  const addresses = [
    [27, 16],
    [28, 16],
  ] as const
  const addressOctets = hex('20010db8000000000000000000000001 20010db8000000000000000000000002')

  const timeRows = [
    {
      name: '150/151 seconds',
      fields: [
        [150, 4],
        [151, 4],
      ],
      data: '65540000 65540005',
      start: 0x6554_0000 * 1000,
      end: 0x6554_0005 * 1000,
    },
    {
      name: '152/153 milliseconds',
      fields: [
        [152, 8],
        [153, 8],
      ],
      data: '0000018bcfe56800 0000018bcfe56fd0',
      start: 1_700_000_000_000,
      end: 1_700_000_002_000,
    },
    {
      name: '154/155 microseconds in NTP format',
      fields: [
        [154, 8],
        [155, 8],
      ],
      data: 'e8fe6f80 80000000 e8fe6f81 40000000',
      start: 1_700_000_000_500,
      end: 1_700_000_001_250,
    },
    {
      name: '156/157 nanoseconds in NTP format',
      fields: [
        [156, 8],
        [157, 8],
      ],
      data: 'e8fe6f80 80000000 e8fe6f81 40000000',
      start: 1_700_000_000_500,
      end: 1_700_000_001_250,
    },
    {
      name: '158/159 microseconds before the export time',
      fields: [
        [158, 4],
        [159, 4],
      ],
      data: '001e8480 000f4240',
      start: 1_699_999_998_000,
      end: 1_699_999_999_000,
    },
    {
      name: '160 with 22 and 21, uptimes',
      fields: [
        [160, 8],
        [22, 4],
        [21, 4],
      ],
      data: '0000018bcfe56800 00000000 00000000',
      start: 1_700_000_000_000,
      end: 1_700_000_000_000,
    },
    {
      name: '152 with 161, the duration',
      fields: [
        [152, 8],
        [161, 4],
      ],
      data: '0000018bcfe56800 000003e8',
      start: 1_700_000_000_000,
      end: 1_700_000_001_000,
    },
    {
      name: '153 with 162, the duration in microseconds',
      fields: [
        [153, 8],
        [162, 4],
      ],
      data: '0000018bcfe56bE8 000f4240',
      start: 1_700_000_000_000,
      end: 1_700_000_001_000,
    },
    {
      name: '323, the observation time',
      fields: [[323, 8]],
      data: '0000018bcfe56800',
      start: 1_700_000_000_000,
      end: 1_700_000_000_000,
    },
    {
      name: '154/155 if both are zero, which means no time: the export time',
      fields: [
        [154, 8],
        [155, 8],
      ],
      data: '00000000 00000000 00000000 00000000',
      start: 1_700_000_000_000,
      end: 1_700_000_000_000,
    },
    {
      name: '155 if it is zero: the start',
      fields: [
        [154, 8],
        [155, 8],
      ],
      data: 'e8fe6cf0 80000000 00000000 00000000',
      start: 1_699_999_344_500,
      end: 1_699_999_344_500,
    },
    {
      name: '152/153 of a clock that is years ahead: at most a day after the export time',
      fields: [
        [152, 8],
        [153, 8],
      ],
      data: '0000018bcfe56800 00000fffffffffff',
      start: 1_700_000_000_000,
      end: 1_700_086_400_000,
    },
    {
      name: '152/153 if both are years ahead: the same',
      fields: [
        [152, 8],
        [153, 8],
      ],
      data: '00000ffffffffff0 ffffffffffffffff',
      start: 1_700_086_400_000,
      end: 1_700_086_400_000,
    },
    {
      name: 'no element: the export time',
      fields: [[5, 1]],
      data: '00',
      start: 1_700_000_000_000,
      end: 1_700_000_000_000,
    },
  ] as const
  for (const { name, fields, data, start, end } of timeRows) {
    test(`times from ${name} (§6.1)`, () => {
      const [row] = rowsOf([
        ipfix({}, set(2, template(300, [...addresses, ...fields])), set(300, concat(addressOctets, hex(data)))),
      ])
      assertRow(row, { src: '2001:db8::1', dst: '2001:db8::2', version: 6, start, end })
    })
  }

  for (const length of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`counters of ${length} octets (reduced-size encoding, §6.2)`, () => {
      const value = 2n ** BigInt(8 * length) - 3n
      const [row] = rowsOf([
        ipfix(
          {},
          set(2, template(300, [[1, length]])),
          set(300, concat(number(value, length), number(0, -length & 3))),
        ),
      ])
      assert.equal(BigInt(row!.octets), BigInt(Number(value)))
    })
  }

  test('variable-length fields before, between and after others, in short and long form (§7)', () => {
    const fields = [
      [371, 65535],
      [8, 4],
      [460, 65535],
      [12, 4],
      [1, 8],
      [461, 65535],
    ] as const
    const long = new Uint8Array(300).fill(0x61)
    const one = concat(hex('03 616263 0a000001'), hex('ff 012c'), long, hex('0a000002 0000000000000064 00'))
    const two = concat(hex('00 0a000003 00 0a000004 00000000000000c8 02 6162'))
    const rows = rowsOf([ipfix({}, set(2, template(400, fields)), set(400, concat(one, two)))])
    assert.deepEqual(
      rows.map(({ src, dst, octets }) => [src, dst, octets]),
      [
        ['10.0.0.1', '10.0.0.2', 100],
        ['10.0.0.3', '10.0.0.4', 200],
      ],
    )
  })

  test('enterprise-specific elements are skipped, whatever their number', () => {
    const fields = [
      [1, 4, 5951],
      [8, 4],
      [12, 4],
    ] as const
    const [row] = rowsOf([ipfix({}, set(2, template(300, fields)), set(300, hex('ffffffff 0a000001 0a000002')))])
    assertRow(row, { src: '10.0.0.1', octets: 0 })
  })

  test('a template with both address families: the nonzero one applies, or element 60 decides', () => {
    const both = [
      [8, 4],
      [12, 4],
      [27, 16],
      [28, 16],
    ] as const
    const zeros = '00'.repeat(32)
    const data = concat(hex(`0a000001 0a000002 ${zeros}`), hex('00000000 00000000'), addressOctets)
    const rows = rowsOf([ipfix({}, set(2, template(300, both)), set(300, data))])
    assert.deepEqual(
      rows.map(({ src, version }) => [src, version]),
      [
        ['10.0.0.1', 4],
        ['2001:db8::1', 6],
      ],
    )
    const withVersion = [...both, [60, 1]] as const
    const [row] = rowsOf([
      ipfix(
        {},
        set(2, template(301, withVersion)),
        set(301, concat(hex('0a000001 0a000002'), addressOctets, hex('04'))),
      ),
    ])
    assertRow(row, { src: '10.0.0.1', version: 4 })
  })

  test('IPv4 in elements 27 and 28 is version 4 if both addresses are (RFC 4291 §2.5.5.2)', () => {
    const mapped = (host: number): Uint8Array => concat(new Uint8Array(10), hex('ffff0a0000'), number(host, 1))
    const data = concat(mapped(1), mapped(2), mapped(1), addressOctets.subarray(16))
    const rows = rowsOf([
      ipfix(
        {},
        set(
          2,
          template(300, [
            [27, 16],
            [28, 16],
          ]),
        ),
        set(300, data),
      ),
    ])
    assert.deepEqual(
      rows.map(({ src, dst, version }) => [src, dst, version]),
      [
        ['10.0.0.1', '10.0.0.2', 4],
        ['10.0.0.1', '2001:db8::2', 6],
      ],
    )
  })

  test('a biflow is one row per direction (RFC 5103), or one row if the reverse direction is empty', () => {
    const fields = [
      [8, 4],
      [12, 4],
      [7, 2],
      [11, 2],
      [10, 4],
      [14, 4],
      [61, 1],
      [1, 4],
      [2, 4],
      [1, 4, 29305],
      [2, 4, 29305],
      [6, 1, 29305],
    ] as const
    const there = '0a000001 0a000002 c000 01bb 00000003 00000004 00 000003e8 0000000a'
    const data = concat(hex(`${there} 000007d0 00000014 12`), hex(`${there} 00000000 00000000 00`))
    const rows = rowsOf([ipfix({}, set(2, template(300, fields)), set(300, data))])
    assert.equal(rows.length, 3)
    assertRow(rows[0], { src: '10.0.0.1', srcPort: 0xc000, inIf: 3, octets: 1000, packets: 10, direction: 0 })
    assertRow(rows[1], {
      src: '10.0.0.2',
      dst: '10.0.0.1',
      srcPort: 443,
      dstPort: 0xc000,
      inIf: 4,
      outIf: 3,
      octets: 2000,
      packets: 20,
      tcpFlags: 0x12,
      direction: 1,
    })
    assertRow(rows[2], { src: '10.0.0.1', octets: 1000 })
  })

  test('ICMP type and code are in the destination port (elements 32, 139, 176, 177)', () => {
    const fields = [
      [8, 4],
      [12, 4],
      [4, 1],
      [7, 2],
      [11, 2],
      [32, 2],
    ] as const
    const data = hex('0a000001 0a000002 01 0000 0000 0800 0a000001 0a000002 11 0035 d431 0000')
    const rows = rowsOf([ipfix({}, set(2, template(300, fields)), set(300, data))])
    assert.deepEqual(
      rows.map(({ dstPort }) => dstPort),
      [0x0800, 0xd431],
    )
  })

  test('the first octets of the frame (element 315, RFC 7133) supply what the record lacks', () => {
    const frame = hex(`
      020000000001 020000000002 0800
      45b80054 00004000 40110000 c6336401 c6336402  d431 0035 0040 0000`)
    const fields = [
      [312, 2],
      [315, 65535],
    ] as const
    const data = concat(hex('0062'), number(frame.length, 1), frame)
    const [row] = rowsOf([ipfix({}, set(2, template(300, fields)), set(300, data))])
    assertRow(row, {
      src: '198.51.100.1',
      dst: '198.51.100.2',
      srcPort: 0xd431,
      dstPort: 53,
      protocol: 17,
      tos: 0xb8,
      octets: 98,
      packets: 1,
      version: 4,
    })
  })

  test('a message with more records than a block has rows fills several blocks', () => {
    const { collector, rows } = collectRows()
    const record = hex('0a000001 0a000002')
    const count = 5000
    collector.receive(
      ipfix(
        {},
        set(
          2,
          template(300, [
            [8, 4],
            [12, 4],
          ]),
        ),
      ),
      from,
      now,
    )
    collector.receive(ipfix({}, set(300, concat(...Array.from({ length: count }, () => record)))), from, now)
    assert.equal(rows().length, count)
    assert.equal(collector.totals().records, count)
  })

  test('sampling for the domain, from options without a selector (RFC 5477: interval 1, space 99)', () => {
    const { collector, rows } = collectRows()
    const options = optionsTemplate(310, 1, [
      [143, 4],
      [160, 8],
      [305, 4],
      [306, 4],
    ])
    const data = concat(number(7, 4), number(1_699_999_000_000, 8), number(1, 4), number(99, 4))
    collector.receive(ipfix({}, set(3, options), set(310, data)), from, now)
    const fields = [
      [8, 4],
      [12, 4],
      [22, 4],
      [21, 4],
    ] as const
    const record = hex('0a000001 0a000002 00000064 000000c8')
    collector.receive(ipfix({ sequence: 1 }, set(2, template(300, fields)), set(300, record)), from, now)
    assertRow(rows()[0], { samplingRate: 100, start: 1_699_999_000_100, end: 1_699_999_000_200 })
    assert.deepEqual(collector.exporters()[0]!.sampling, { rate: 100, from: 'domain' })
  })

  test('the rate in the record wins over options and configuration', () => {
    const { collector, rows } = collectRows({ samplingRateOf: () => 7 })
    const fields = [
      [8, 4],
      [12, 4],
      [34, 4],
    ] as const
    const data = hex('0a000001 0a000002 00000400 0a000001 0a000002 00000000')
    collector.receive(ipfix({}, set(2, template(300, fields)), set(300, data)), from, now)
    assert.deepEqual(
      rows().map(({ samplingRate }) => samplingRate),
      [1024, 7],
    )
  })
})
