/** Captures without expected values, compared with figures from tshark 4.0.17. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { dataPath, needsData } from '../../../../scripts/needs.ts'
import { readCapture } from '../capture-file.ts'
import { collectRows } from '../rows.ts'

const address = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1])

describe('ipfixcol2', { skip: needsData('flow/ipfixcol2/example_flows.ipfix') }, () => {
  test('the IPFIX file holds 3,979 records, 49,001,404 octets and 56,695 packets', () => {
    // tshark -r example_flows.ipfix -T fields -e cflow.octets (and .packets) | tr , '\n' | awk '{s+=$1;n++}'
    const file = new Uint8Array(readFileSync(dataPath('flow/ipfixcol2/example_flows.ipfix')))
    const view = new DataView(file.buffer)
    const { collector, rows } = collectRows()
    for (let at = 0; at < file.length; at += view.getUint16(at + 2)) {
      collector.receive(file.subarray(at, at + view.getUint16(at + 2)), { address, port: 4739 }, 0)
    }
    const taken = rows()
    assert.deepEqual(
      [taken.length, taken.reduce((sum, row) => sum + row.octets, 0), taken.reduce((sum, row) => sum + row.packets, 0)],
      [3979, 49_001_404, 56_695],
    )
    assert.equal(collector.totals().malformed, 0)
  })
})

describe('nDPI', { skip: needsData('flow/ndpi/pcap/sflow.pcap') }, () => {
  const replay = (file: string) => {
    const { collector, rows } = collectRows()
    for (const { payload, address: from, port, at } of readCapture(dataPath('flow/ndpi/pcap', file))) {
      collector.receive(payload, { address: from, port }, at)
    }
    return { collector, rows: rows() }
  }

  test('netflowv9.pcap holds only data: every set waits for its template', () => {
    const { collector, rows } = replay('netflowv9.pcap')
    const { malformed, parked, templates, datagrams } = collector.totals()
    assert.deepEqual(
      { rows: rows.length, malformed, templates, datagrams },
      { rows: 0, malformed: 0, templates: 0, datagrams: 10 },
    )
    assert.equal(parked, 23)
  })

  test('netflow-fritz.pcap holds only templates: 461, and the options templates 466 and 467', () => {
    const { collector } = replay('netflow-fritz.pcap')
    const [stream] = collector.snapshot().streams
    assert.equal(stream!.domain, 262_400)
    assert.deepEqual(
      stream!.templates.map(({ id, scopeCount }) => [id, scopeCount > 0]),
      [
        [461, false],
        [466, true],
        [467, true],
      ],
    )
  })

  test('sflow.pcap holds one packet sample and eight interface counter samples', () => {
    const { collector, rows } = replay('sflow.pcap')
    assert.deepEqual(
      rows.map(({ samplingRate, octets, src }) => ({ samplingRate, octets, src })),
      // Besides the packet, the frame of 82 octets holds the Ethernet header, a VLAN tag and the frame check sequence.
      [{ samplingRate: 2048, octets: 60, src: '172.21.32.254' }],
    )
    const counters = collector.takeCounters()
    assert.equal(counters.length, 8)
    const [first] = counters
    assert.deepEqual(
      [first!.ifIndex, first!.ifSpeed, first!.inOctets, first!.outOctets],
      [1036, 100_000_000, 25_963_724n, 5_455_297n],
    )
  })
})
