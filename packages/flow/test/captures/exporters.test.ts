/**
 * Export datagrams of real exporters on real traffic, compared with the packets in a capture on the same router
 * interface (truth-ra0.json: 13,070,888 octets of IPv4, 41,040,192 of IPv6).
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { dataPath, needsData } from '../../../../scripts/needs.ts'
import type { Collector } from '../../src/index.ts'
import { readCapture } from '../capture-file.ts'
import { collectRows, type Row } from '../rows.ts'

const folder = 'flow/exporters'

interface Truth {
  readonly ipv: 4 | 6
  readonly src: string
  readonly dst: string
  readonly proto: number
  readonly sport: number
  readonly dport: number
  readonly packets: number
  readonly bytes: number
}

function replay(file: string): { readonly collector: Collector; readonly rows: readonly Row[] } {
  const { collector, rows } = collectRows()
  for (const { payload, address, port, at } of readCapture(dataPath(folder, file))) {
    collector.receive(payload, { address, port }, at)
  }
  return { collector, rows: rows() }
}

const octetsOf = (rows: readonly Row[], version: number): number =>
  rows
    .filter((row) => row.version === version)
    .reduce((sum, row) => sum + row.octets * Math.max(1, row.samplingRate), 0)

const truth = (): readonly Truth[] =>
  JSON.parse(readFileSync(dataPath(folder, 'truth-ra0.json'), 'utf8')) as readonly Truth[]
const truthOf = (version: 4 | 6): number =>
  truth()
    .filter(({ ipv }) => ipv === version)
    .reduce((sum, { bytes }) => sum + bytes, 0)

const isWithin = (part: number, ours: number, theirs: number, what: string): void =>
  assert.ok(Math.abs(ours - theirs) <= theirs * part, `${what}: ${ours} is not within ${part * 100} % of ${theirs}`)

/** `exact`, or the share that may be missing; the README of the captures states why. */
const unsampled = [
  { file: 'softflowd-v5.pcap', ipv4: 'exact', ipv6: 'none' },
  { file: 'softflowd-v9.pcap', ipv4: 'exact', ipv6: 0.0046 },
  { file: 'softflowd-ipfix.pcap', ipv4: 'exact', ipv6: 0.0046 },
  { file: 'softflowd-ipfix-biflow.pcap', ipv4: 'exact', ipv6: 0.0046 },
  { file: 'fprobe-v5.pcap', ipv4: 0.0044, ipv6: 'none' },
  { file: 'pmacctd-nfprobe-v9.pcap', ipv4: 'exact', ipv6: 596 / 41_040_192 },
  { file: 'pmacctd-nfprobe-ipfix.pcap', ipv4: 'exact', ipv6: 596 / 41_040_192 },
] as const

describe('exporters', { skip: needsData(`${folder}/truth-ra0.json`) }, () => {
  for (const { file, ipv4, ipv6 } of unsampled) {
    test(`${file}: octets per family are those of the packets`, () => {
      const { collector, rows } = replay(file)
      for (const [version, want] of [
        [4, ipv4],
        [6, ipv6],
      ] as const) {
        const octets = octetsOf(rows, version)
        if (want === 'exact') assert.equal(octets, truthOf(version))
        else if (want === 'none') assert.equal(octets, 0)
        else isWithin(want, octets, truthOf(version), `IPv${version} octets`)
      }
      const { malformed, parked } = collector.totals()
      assert.deepEqual({ malformed, parked }, { malformed: 0, parked: 0 })
      for (const { lost } of collector.exporters()) assert.equal(lost.units, 0, lost.rule)
    })
  }

  test('softflowd-ipfix-biflow.pcap: forward and reverse rows give the octets of every 5-tuple', () => {
    const { rows } = replay('softflowd-ipfix-biflow.pcap')
    const keyOf = (src: string, dst: string, ...rest: number[]): string => [src, dst, ...rest].join(' ')
    const ours = new Map<string, number>()
    for (const row of rows.filter(({ protocol }) => protocol === 6)) {
      const key = keyOf(row.src, row.dst, row.srcPort, row.dstPort)
      ours.set(key, (ours.get(key) ?? 0) + row.octets)
    }
    const tcp4 = truth().filter(({ proto, ipv }) => proto === 6 && ipv === 4)
    assert.ok(tcp4.length >= 4)
    for (const { src, dst, sport, dport, bytes } of tcp4) {
      assert.equal(ours.get(keyOf(src, dst, sport, dport)), bytes, `${src} ${sport} to ${dst} ${dport}`)
    }
  })

  const sampled = [
    { file: 'softflowd-ipfix-sampled100.pcap', rate: 100, from: 'domain', ipv4: 13_022_400, ipv6: 40_626_800 },
    { file: 'pmacctd-nfprobe-ipfix-sampled10.pcap', rate: 10, from: 'sampler', ipv4: 13_053_090, ipv6: 40_861_990 },
  ] as const
  for (const { file, rate, from, ipv4, ipv6 } of sampled) {
    test(`${file}: octets times the rate from options data estimate the traffic within 1.1 %`, () => {
      const { collector, rows } = replay(file)
      assert.deepEqual(collector.exporters()[0]!.sampling, { rate, from })
      assert.ok(rows.every(({ samplingRate }) => samplingRate === rate))
      assert.deepEqual([octetsOf(rows, 4), octetsOf(rows, 6)], [ipv4, ipv6])
      isWithin(0.011, octetsOf(rows, 4), truthOf(4), 'IPv4 octets')
      isWithin(0.011, octetsOf(rows, 6), truthOf(6), 'IPv6 octets')
    })
  }

  test('pmacctd-sfprobe-sflow5.pcap: 1 in 20 samples estimate packets and octets of each family within 10 %', () => {
    const { collector, rows } = replay('pmacctd-sfprobe-sflow5.pcap')
    assert.equal(rows.length, 1897)
    assert.ok(rows.every(({ samplingRate }) => samplingRate === 20))
    for (const version of [4, 6] as const) {
      const packets = rows.filter((row) => row.version === version).length * 20
      const there = truth()
        .filter(({ ipv }) => ipv === version)
        .reduce((sum, one) => sum + one.packets, 0)
      isWithin(0.1, packets, there, `IPv${version} packets`)
      // Octets of the packets, not of the frames that sFlow states, so that they agree with all other protocols.
      isWithin(0.1, octetsOf(rows, version), truthOf(version), `IPv${version} octets`)
    }
    assert.equal(collector.addressOf(rows[0]!.exporter), '10.77.1.1', 'the agent address, not the source')
    assert.equal(collector.exporters()[0]!.lost.units, 0)
  })
})

describe('Open vSwitch', { skip: needsData(`${folder}/ovs-ipfix.pcap`) }, () => {
  test('ovs-ipfix-complete.pcap: one sequence shared by two domains, from 1, is no loss', () => {
    const { collector, rows } = replay('ovs-ipfix-complete.pcap')
    // tshark: 31 data records besides 1 options record; templates 256..343 in 18 datagrams.
    assert.equal(rows.length, 31)
    assert.deepEqual(
      collector.exporters().map(({ domain, templates, lost }) => ({ domain, templates, lost: lost.units })),
      [
        { domain: 123, templates: 88, lost: 0 },
        { domain: 0, templates: 1, lost: 0 },
      ],
    )
  })

  test('ovs-ipfix.pcap: half of the templates are missing, so the data waits, and does not count as lost', () => {
    const { collector, rows } = replay('ovs-ipfix.pcap')
    assert.equal(rows.length, 0)
    const [stream] = collector.exporters()
    assert.equal(stream!.templates, 46)
    assert.equal(stream!.parked, 14)
    assert.equal(stream!.lost.units, 0)
    // 14 records wait, and 14 did not arrive.
    assert.ok(stream!.lost.undetermined >= 26 && stream!.lost.undetermined <= 28, String(stream!.lost.undetermined))
    const late = collectRows()
    late.collector.restore(collector.snapshot())
    assert.equal(late.collector.totals().templates, collector.totals().templates)
  })

  test('ovs-ipfix.pcap with the templates of the complete run: waiting data is decoded, missing data is lost', () => {
    const complete = readCapture(dataPath(folder, 'ovs-ipfix-complete.pcap'))
    const half = readCapture(dataPath(folder, 'ovs-ipfix.pcap'))
    const { collector, rows } = collectRows()
    const { port } = half[0]!
    for (const { payload, address, at } of half) collector.receive(payload, { address, port }, at)
    assert.equal(collector.totals().parked, 14)
    // The templates arrive late, as they would after ten minutes.
    const snapshot = templatesOnly(complete.map(({ payload }) => payload))
    for (const payload of snapshot) collector.receive(payload, { address: half[0]!.address, port }, half.at(-1)!.at)
    assert.equal(collector.totals().parked, 0)
    assert.equal(rows().length, 14)
    const { lost } = collector.exporters()[0]!
    assert.equal(lost.undetermined, 0)
    assert.ok(lost.units >= 12 && lost.units <= 14, `${lost.units} lost`)
  })

  test('ovs-sflow5.pcap: every second datagram is missing, and the reported loss is 49.7 %', () => {
    const { collector } = replay('ovs-sflow5.pcap')
    const { lost } = collector.exporters()[0]!
    assert.deepEqual([lost.unit, lost.units, lost.received], ['datagrams', 82, 83])
    assert.equal(collector.totals().counterSamples, 7)
  })

  test('ovs-sflow5-complete.pcap: 814 flow samples and 12 counter samples, 9 of them of interfaces, as in tshark', () => {
    const { collector, rows } = replay('ovs-sflow5-complete.pcap')
    assert.equal(rows.length, 814)
    const counters = collector.takeCounters()
    assert.equal(counters.length, 9)
    assert.equal(collector.totals().counterSamples, 12)
    assert.equal(collector.exporters()[0]!.lost.units, 0)
    assert.ok(counters.every(({ ifIndex, operUp }) => ifIndex > 0 && typeof operUp === 'boolean'))
  })

  test('ovs-netflow5-complete.pcap: the sequence number is the index of the last flow, which is no loss', () => {
    const { collector, rows } = replay('ovs-netflow5-complete.pcap')
    assert.equal(rows.length, 8)
    const { lost } = collector.exporters()[0]!
    assert.deepEqual([lost.units, lost.rule], [0, 'records including the message'])
  })
})

/** IPFIX messages reduced to their template sets. */
function templatesOnly(payloads: readonly Uint8Array[]): readonly Uint8Array[] {
  return payloads.flatMap((payload) => {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    if (view.getUint16(16) !== 2) return []
    const message = payload.slice(0, 16 + view.getUint16(18))
    const copy = new DataView(message.buffer)
    copy.setUint16(2, message.length)
    copy.setUint32(8, 0xffff_ffff) // an old sequence number, so that it does not affect the loss
    return [message]
  })
}
