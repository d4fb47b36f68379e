/**
 * Router captures of pmacct's test suite, with the records that nfacctd gave for them, aggregated by the keys in its
 * configuration. Both sides are aggregated again by those keys that are columns of ours.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { dataPath, needsData } from '../../../../scripts/needs.ts'
import { readCapture } from '../capture-file.ts'
import { collectRows, type Row } from '../rows.ts'

interface Expected {
  readonly peer_ip_src: string
  readonly iface_in: number
  readonly iface_out: number
  readonly ip_src: string
  readonly ip_dst: string
  readonly port_src: number
  readonly port_dst: number
  readonly tcp_flags: readonly string[]
  readonly ip_proto: string
  readonly tos: number
  readonly timestamp_start?: string
  readonly timestamp_end?: string
  readonly packets: number
  readonly bytes: number
}

const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, 'ipv6-icmp': 58, vrrp: 112, ospf: 89 }
const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']

const sums = (
  lines: readonly (readonly [key: string, packets: number, octets: number])[],
): Record<string, number[]> => {
  const all: Record<string, number[]> = {}
  for (const [key, packets, octets] of lines) {
    const sum = (all[key] ??= [0, 0])
    sum[0]! += packets
    sum[1]! += octets
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The replayer's address replaces the exporter's address of the same family. */
const familyOf = (address: string): string => (address.includes(':') ? 'IPv6 exporter' : 'IPv4 exporter')

function expectedSums(folder: string): Record<string, number[]> {
  const text = readFileSync(dataPath('flow/pmacct', folder, 'output-flow-00.json'), 'utf8')
  return sums(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const one = JSON.parse(line) as Expected
        const protocol = protocols[one.ip_proto]
        assert.ok(protocol !== undefined, `no number for protocol ${one.ip_proto}`)
        const flags = one.tcp_flags.reduce((bits, name) => bits | (1 << flagNames.indexOf(name)), 0)
        const ports = protocol === 1 || protocol === 58 ? [0, 0] : [one.port_src, one.port_dst]
        const times = [one.timestamp_start ?? 0, one.timestamp_end ?? 0].map((time) => Math.floor(Number(time)))
        const key = [familyOf(one.peer_ip_src), one.iface_in, one.iface_out, one.ip_src, one.ip_dst, ...ports]
        return [[...key, flags, protocol, one.tos, ...times].join(' '), one.packets, one.bytes] as const
      }),
  )
}

function ourSums(
  rows: readonly (Row & { readonly address: string })[],
  options: { times: 'with times' | 'without times'; renormalize: 'renormalized' | 'as exported' },
): Record<string, number[]> {
  return sums(
    rows.map((row) => {
      const ports = row.protocol === 1 || row.protocol === 58 ? [0, 0] : [row.srcPort, row.dstPort]
      const times = options.times === 'with times' ? [Math.ceil(row.start / 1000), Math.ceil(row.end / 1000)] : [0, 0]
      const rate = options.renormalize === 'renormalized' ? row.samplingRate : 1
      const key = [familyOf(row.address), row.inIf, row.outIf, row.src, row.dst, ...ports]
      const flags = row.protocol === 6 ? row.tcpFlags : 0
      return [
        [...key, flags, row.protocol, row.tos, ...times].join(' '),
        row.packets * rate,
        row.octets * rate,
      ] as const
    }),
  )
}

const tests = [
  { folder: '100-IPFIXv10-CISCO', captures: ['traffic-00.pcap'], times: 'without times', renormalize: 'as exported' },
  {
    folder: '101-NFv9-CISCO-cust_primitives',
    captures: ['traffic-00.pcap'],
    times: 'with times',
    renormalize: 'as exported',
  },
  {
    folder: '104-IPFIXv10-IPv6-CISCO-sampling_option',
    captures: ['traffic-00.pcap'],
    times: 'without times',
    renormalize: 'renormalized',
  },
  {
    folder: '111-IPFIXv10-NFv9-IPv6-IPv4-mix_sources',
    captures: ['traffic-00.pcap', 'traffic-01.pcap'],
    times: 'without times',
    renormalize: 'as exported',
  },
] as const

describe('pmacct', { skip: needsData('flow/pmacct') }, () => {
  for (const { folder, captures, times, renormalize } of tests) {
    test(`${folder}: our rows sum to the output of nfacctd, ${renormalize}`, () => {
      const { collector, rows } = collectRows()
      for (const capture of captures) {
        for (const { payload, address, port, at } of readCapture(dataPath('flow/pmacct', folder, capture))) {
          collector.receive(payload, { address, port }, at)
        }
      }
      const taken = rows().map((row) => ({ ...row, address: collector.addressOf(row.exporter)! }))
      assert.deepEqual(ourSums(taken, { times, renormalize }), expectedSums(folder))
      assert.deepEqual([collector.totals().malformed, collector.totals().parked], [0, 0])
    })
  }

  test('the sampling rate of test 104 comes from the only selector that its options data announces', () => {
    const { collector } = collectRows()
    const capture = readCapture(dataPath('flow/pmacct/104-IPFIXv10-IPv6-CISCO-sampling_option/traffic-00.pcap'))
    for (const { payload, address, port, at } of capture) collector.receive(payload, { address, port }, at)
    assert.deepEqual(collector.exporters()[0]!.sampling, { rate: 256, from: 'sampler' })
  })
})
