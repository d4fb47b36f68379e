/** sFlow version 5: samples written by hand from its structures, and the counter datagrams that we encode. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type CollectorConfig, type CounterSample, encodeCounterDatagram } from '../src/index.ts'
import { concat, exporterAt, hex, number } from './datagrams.ts'
import { collectRows } from './rows.ts'

const now = 1_700_000_001_000
const from = exporterAt(1, 6343)

/** Agent 10.0.0.1, sub-agent 0, uptime 1 s. */
const datagram = (sequence: number, ...samples: readonly Uint8Array[]): Uint8Array =>
  concat(
    hex('00000005 00000001 0a000001 00000000'),
    number(sequence, 4),
    hex('000003e8'),
    number(samples.length, 4),
    ...samples,
  )
const opaque = (format: number, body: Uint8Array): Uint8Array =>
  concat(number(format, 4), number(body.length, 4), body, new Uint8Array(-body.length & 3))
/** flow_sample: source 7, rate 512, input 3, output 4. */
const flowSample = (...records: readonly Uint8Array[]): Uint8Array => flowSampleAt('00000007', '00000004', ...records)
const flowSampleAt = (source: string, output: string, ...records: readonly Uint8Array[]): Uint8Array =>
  opaque(
    1,
    concat(
      hex(`00000001 ${source} 00000200 00001000 00000000 00000003 ${output}`),
      number(records.length, 4),
      ...records,
    ),
  )
const sampledHeader = (protocol: number, frame: number, header: Uint8Array): Uint8Array =>
  opaque(
    1,
    concat(
      number(protocol, 4),
      number(frame, 4),
      number(4, 4),
      number(header.length, 4),
      header,
      new Uint8Array(-header.length & 3),
    ),
  )

const mac = hex('020000000001 020000000002')
const ipv4 = hex('45b80054 00004000 40060000 c6336401 c6336402')
const tcp = hex('d431 01bb 00000001 00000002 5018 ffff 0000 0000')
const ipv6 = hex('6b800000 0040 00 40 20010db8000000000000000000000001 20010db8000000000000000000000002')

const headers = [
  {
    name: 'Ethernet, IPv4, TCP',
    header: concat(mac, hex('0800'), ipv4, tcp),
    want: ['198.51.100.1', 6, 0xd431, 443, 0x18, 0xb8],
  },
  {
    name: 'two VLAN tags',
    header: concat(mac, hex('88a8 0064 8100 0065 0800'), ipv4, tcp),
    want: ['198.51.100.1', 6, 0xd431, 443, 0x18, 0xb8],
  },
  {
    name: 'IPv6 with hop-by-hop and fragment headers',
    header: concat(mac, hex('86dd'), ipv6, hex('2c00 000000000000 1100 0000 00000001 d431 0035 0010 0000')),
    want: ['2001:db8::1', 17, 0xd431, 53, 0, 0xb8],
  },
  {
    name: 'a later fragment of IPv6',
    header: concat(mac, hex('86dd'), ipv6, hex('2c00 000000000000 1100 0008 00000001 d431 0035 0010 0000')),
    want: ['2001:db8::1', 17, 0, 0, 0, 0xb8],
  },
  {
    name: 'a later fragment of IPv4',
    header: concat(mac, hex('0800 45000054 00000010 40110000 c6336401 c6336402 aaaa bbbb')),
    want: ['198.51.100.1', 17, 0, 0, 0, 0],
  },
  {
    name: 'ICMP',
    header: concat(mac, hex('0800 45000054 00000000 40010000 c6336401 c6336402 0800 0000')),
    want: ['198.51.100.1', 1, 0, 0x0800, 0, 0],
  },
  {
    name: 'IPv4 below two MPLS labels',
    header: concat(mac, hex('8847 00010040 00020140'), ipv4, tcp),
    want: ['198.51.100.1', 6, 0xd431, 443, 0x18, 0xb8],
  },
  {
    name: 'IPv6 below an MPLS label, in a VLAN',
    header: concat(mac, hex('8100 0064 8848 00010140'), ipv6, hex('1100 000000000000 d431 0035 0010 0000')),
    want: ['2001:db8::1', 17, 0xd431, 53, 0, 0xb8],
  },
  {
    name: 'IPv4 in PPPoE',
    header: concat(mac, hex('8864 1100 0001 0056 0021'), ipv4, tcp),
    want: ['198.51.100.1', 6, 0xd431, 443, 0x18, 0xb8],
  },
  {
    name: 'IPv6 in PPPoE',
    header: concat(mac, hex('8864 1100 0001 006a 0057'), ipv6, hex('1100 000000000000 d431 0035 0010 0000')),
    want: ['2001:db8::1', 17, 0xd431, 53, 0, 0xb8],
  },
  { name: 'a pseudowire', header: concat(mac, hex('8847 00010140 00000000'), mac), want: ['::', 0, 0, 0, 0, 0] },
  { name: 'PPP without IP', header: concat(mac, hex('8864 1100 0001 0006 c021 0101')), want: ['::', 0, 0, 0, 0, 0] },
  {
    name: 'nine MPLS labels',
    header: concat(mac, hex('8847'), hex('00010040'.repeat(8)), hex('00020140'), ipv4, tcp),
    want: ['::', 0, 0, 0, 0, 0],
  },
  { name: 'MPLS cut short', header: concat(mac, hex('8847 00010140')), want: ['::', 0, 0, 0, 0, 0] },
  { name: 'ARP', header: concat(mac, hex('0806 0001 0800')), want: ['::', 0, 0, 0, 0, 0] },
  { name: 'an IPv4 header cut short', header: concat(mac, hex('0800 4500')), want: ['::', 0, 0, 0, 0, 0] },
] as const

describe('flow samples', () => {
  for (const { name, header, want } of headers) {
    test(`of ${name}`, () => {
      const { collector, rows } = collectRows()
      collector.receive(datagram(1, flowSample(sampledHeader(1, 122, header))), from, now)
      const [row] = rows()
      assert.deepEqual([row!.src, row!.protocol, row!.srcPort, row!.dstPort, row!.tcpFlags, row!.tos], want)
      const octets = row!.version === 4 ? 84 : row!.version === 6 ? 104 : 122 // the frame has 122
      assert.deepEqual([row!.octets, row!.packets, row!.samplingRate], [octets, 1, 512])
      assert.deepEqual([row!.inIf, row!.outIf, row!.start, row!.end], [3, 4, now, now])
      assert.equal(collector.totals().malformed, 0)
    })
  }

  test('count the octets of the frame if the packet states no length, or more than the frame has', () => {
    const { collector, rows } = collectRows()
    const packetOf = (octets: string): Uint8Array =>
      concat(mac, hex(`0800 4500 ${octets} 0000 0000 4001 0000 c6336401 c6336402 0800 0000`))
    const jumbogram = concat(mac, hex('86dd'), ipv6.subarray(0, 4), hex('0000'), ipv6.subarray(6))
    const headers = [packetOf('0000'), packetOf('ffff'), packetOf('0054'), jumbogram]
    collector.receive(datagram(1, ...headers.map((header) => flowSample(sampledHeader(1, 98, header)))), from, now)
    assert.deepEqual(
      rows().map(({ octets }) => octets),
      [98, 98, 84, 98],
    )
  })

  test('with protocol IPv4, IPv6 or MPLS have no Ethernet header', () => {
    const { collector, rows } = collectRows()
    const labelled = concat(hex('00010040 00020140'), ipv6)
    const samples = [
      flowSample(sampledHeader(11, 84, concat(ipv4, tcp))),
      flowSample(sampledHeader(12, 104, ipv6)),
      flowSample(sampledHeader(13, 112, labelled)),
    ]
    collector.receive(datagram(1, ...samples), from, now)
    assert.deepEqual(
      rows().map(({ src, octets }) => [src, octets]),
      [
        ['198.51.100.1', 84],
        ['2001:db8::1', 104],
        ['2001:db8::1', 104],
      ],
    )
  })

  test('with sampled_ipv4 and sampled_ipv6 records', () => {
    const { collector, rows } = collectRows()
    const four = opaque(3, hex('00000054 00000011 c6336401 c6336402 0000d431 00000035 00000000 000000b8'))
    const six = opaque(
      4,
      concat(hex('00000068 00000006'), ipv6.subarray(8), hex('0000d431 000001bb 00000018 00000000')),
    )
    collector.receive(datagram(1, flowSample(four), flowSample(six)), from, now)
    assert.deepEqual(
      rows().map(({ src, dst, octets, dstPort, version }) => [src, dst, octets, dstPort, version]),
      [
        ['198.51.100.1', '198.51.100.2', 84, 53, 4],
        ['2001:db8::1', '2001:db8::2', 104, 443, 6],
      ],
    )
  })

  test('with extended gateway data have AS numbers: the source, and the last of the path', () => {
    const { collector, rows } = collectRows()
    const gateway = opaque(
      1003,
      hex(`00000001 0a000009 0000fc00 0000fde9 0000fdea
           00000002 00000002 00000002 0000fdeb 0000fdec 00000001 00000001 0000fded
           00000000 00000064`),
    )
    const header = sampledHeader(1, 98, concat(mac, hex('0800'), ipv4, tcp))
    collector.receive(datagram(1, flowSample(header, gateway)), from, now)
    const [row] = rows()
    assert.deepEqual([row!.srcAs, row!.dstAs], [65001, 65005])
  })

  test('in expanded form have 32-bit interfaces, and none if the format is not an index', () => {
    const { collector, rows } = collectRows()
    const expanded = (output: string): Uint8Array =>
      opaque(
        3,
        concat(
          hex(`00000001 00000000 00000007 00000200 00001000 00000000 00000000 40000003 ${output} 00000001`),
          sampledHeader(1, 98, concat(mac, hex('0800'), ipv4, tcp)),
        ),
      )
    collector.receive(datagram(1, expanded('00000000 00000004'), expanded('00000002 00000004')), from, now)
    assert.deepEqual(
      rows().map(({ outIf }) => outIf),
      [4, 0],
    )
  })

  test('have a direction, from their source: agents that sample both directions sample each packet twice', () => {
    const { collector, rows } = collectRows()
    const header = sampledHeader(1, 98, concat(mac, hex('0800'), ipv4, tcp))
    const compact = [
      ['00000003', '00000004'],
      ['00000004', '00000004'],
      ['00000003', '00000003'],
      ['00000007', '00000004'],
      ['01000004', '00000004'], // a VLAN
      ['00000000', '40000000'], // both are unknown
    ].map(([source, output]) => flowSampleAt(source!, output!, header))
    const expanded = ['00000000 00000004', '00000001 00000004'].map((source) =>
      opaque(
        3,
        concat(
          hex(`00000001 ${source} 00000200 00001000 00000000 00000000 00000003 00000000 00000004 00000001`),
          header,
        ),
      ),
    )
    collector.receive(datagram(1, ...compact, ...expanded), from, now)
    assert.deepEqual(
      rows().map(({ direction }) => direction),
      [0, 1, 0, 255, 255, 255, 1, 255],
    )
  })

  const addressesFrom = (source: Uint8Array, config: Partial<CollectorConfig> = {}): readonly string[] => {
    const { collector } = collectRows(config)
    collector.receive(datagram(1), { address: source, port: 6343 }, now)
    return collector.exporters().map(({ address }) => address)
  }
  const mapped = (octets: string): Uint8Array => concat(new Uint8Array(10), hex(`ffff ${octets}`))

  test('belong to the source, whatever agent they name, unless it may report for that agent', () => {
    assert.deepEqual(addressesFrom(from.address), ['192.0.2.1'])
    assert.deepEqual(addressesFrom(mapped('0a000001')), ['10.0.0.1'])
    const asked: (readonly [string, string])[] = []
    const mayReport = (agent: string, source: string): boolean => asked.push([agent, source]) === 1
    assert.deepEqual(addressesFrom(from.address, { mayReport }), ['10.0.0.1'])
    assert.deepEqual(addressesFrom(from.address, { mayReport }), ['192.0.2.1'])
    assert.deepEqual(addressesFrom(mapped('0a000001'), { mayReport }), ['10.0.0.1'])
    assert.deepEqual(asked, [
      ['10.0.0.1', '192.0.2.1'],
      ['10.0.0.1', '192.0.2.1'],
    ])
  })

  test('state the agent that they name, even if it is not accepted', () => {
    const { collector } = collectRows()
    collector.receive(datagram(1), from, now)
    assert.deepEqual(
      collector.exporters().map(({ address, agent }) => [address, agent]),
      [['192.0.2.1', '10.0.0.1']],
    )
  })

  test('belong to the agent if a proxy beside the collector sends them', () => {
    assert.deepEqual(addressesFrom(mapped('7f000002')), ['10.0.0.1'])
    assert.deepEqual(addressesFrom(mapped('7f000002'), { mayReport: () => false }), ['10.0.0.1'])
    assert.deepEqual(addressesFrom(concat(new Uint8Array(15), hex('01'))), ['10.0.0.1'])
    assert.deepEqual(addressesFrom(concat(new Uint8Array(15), hex('02'))), ['::2'])
  })

  test('belong to the source if the agent does not know its address', () => {
    const { collector } = collectRows({ mayReport: () => true })
    collector.receive(hex('00000005 00000000 00000000 00000001 00000001 00000000'), from, now)
    assert.deepEqual(
      collector.exporters().map(({ address }) => address),
      ['192.0.2.1'],
    )
  })
})

const sample: CounterSample = {
  sequence: 1,
  ifIndex: 7,
  ifName: 'eth0',
  ifSpeed: 10_000_000_000n,
  adminUp: true,
  operUp: false,
  inOctets: 2n ** 63n + 1n,
  inPackets: 1000,
  inDiscards: 1,
  inErrors: 2,
  outOctets: 4_000_000_000n,
  outPackets: 2000,
  outDiscards: 3,
  outErrors: 4,
}

describe('counter samples', () => {
  test('are encoded as the specification states', () => {
    const octets = encodeCounterDatagram({
      agentAddress: '192.0.2.1',
      subAgent: 9,
      sequence: 5,
      uptimeMs: 1000,
      samples: [{ ...sample, ifName: 'e0', inOctets: 1n, outOctets: 2n }],
    })
    assert.deepEqual(
      octets,
      hex(`00000005 00000001 c0000201 00000009 00000005 000003e8 00000001
           00000002 0000007c 00000001 00000007 00000002
           00000001 00000058 00000007 00000006 00000002540be400 00000001 00000001
           0000000000000001 000003e8 00000000 00000000 00000001 00000002 00000000
           0000000000000002 000007d0 00000000 00000000 00000003 00000004 00000000
           000003ed 00000008 00000002 65300000`),
    )
  })

  test('of more multicast packets than packets, which a driver may count so, are encoded', () => {
    const octets = encodeCounterDatagram({
      agentAddress: '192.0.2.1',
      subAgent: 9,
      sequence: 5,
      uptimeMs: 1000,
      samples: [{ ...sample, inPackets: 2, inMulticastPackets: 3 }],
    })
    const { collector } = collectRows({ mayReport: () => true })
    collector.receive(octets, from, now)
    assert.equal(collector.takeCounters()[0]?.inPackets, 3)
  })

  test('of any values are decoded as encoded', () => {
    const uint32 = fc.nat(0xffff_fffe)
    const uint64 = fc.bigInt(0n, 2n ** 64n - 1n)
    const samples = fc.record(
      {
        ifIndex: fc.nat(0xff_ffff),
        ifName: fc.stringMatching(/^[a-z0-9./-]{1,40}$/),
        ifSpeed: fc.bigInt(0n, 2n ** 50n),
        adminUp: fc.boolean(),
        operUp: fc.boolean(),
        inOctets: uint64,
        inPackets: uint32,
        inDiscards: uint32,
        inErrors: uint32,
        outOctets: uint64,
        outPackets: uint32,
        outDiscards: uint32,
        outErrors: uint32,
      },
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(fc.array(samples, { maxLength: 12 }), fc.constantFrom('10.1.2.3', '2001:db8::7'), (list, agent) => {
        const { collector } = collectRows({ mayReport: () => true })
        const octets = encodeCounterDatagram({
          agentAddress: agent,
          subAgent: 0,
          sequence: 1,
          uptimeMs: 5,
          samples: list.map((one, index) => ({ ...one, sequence: index + 1 })),
        })
        collector.receive(octets, from, now)
        assert.equal(collector.addressOf(1), agent)
        const expected = list.map((one) => ({
          ...one,
          ifSpeed: Number(one.ifSpeed),
          exporter: 1,
          at: now,
          uptimeMs: 5,
        }))
        assert.deepEqual(collector.takeCounters(), expected)
        assert.equal(collector.totals().malformed, 0)
      }),
      { numRuns: 60 },
    )
  })

  test('that are not taken do not accumulate: the oldest are dropped and counted', () => {
    const { collector } = collectRows({ limits: { counters: 4 } })
    for (let sequence = 1; sequence <= 10; sequence++) {
      const one = { ...sample, ifIndex: sequence }
      collector.receive(
        encodeCounterDatagram({ agentAddress: '10.0.0.1', subAgent: 0, sequence, uptimeMs: sequence, samples: [one] }),
        from,
        now,
      )
    }
    assert.deepEqual(
      collector.takeCounters().map(({ ifIndex }) => ifIndex),
      [7, 8, 9, 10],
    )
    assert.equal(collector.totals().countersDropped, 6)
  })

  test('are not encoded with a number that does not fit', () => {
    const of = (change: Partial<CounterSample>) => () =>
      encodeCounterDatagram({
        agentAddress: '10.0.0.1',
        subAgent: 0,
        sequence: 1,
        uptimeMs: 1,
        samples: [{ ...sample, ...change }],
      })
    assert.throws(of({ ifIndex: 0x100_0000 }), /"ifIndex" must be 0\.\.16777215/)
    assert.throws(of({ inOctets: -1n }), RangeError)
    assert.throws(of({ ifName: 'x'.repeat(256) }), /at most 255 octets/)
  })
})
