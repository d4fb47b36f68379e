/** The datagrams of goflow2's decoder tests. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { dataPath, needsData } from '../../../../scripts/needs.ts'
import { plainRecords } from '../plain-records.ts'
import { collectRows } from '../rows.ts'

const skip = needsData('flow/goflow2/expected.json')
const from = { address: new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1]), port: 2055 }
const octetsOf = (name: string): Uint8Array => new Uint8Array(readFileSync(dataPath('flow/goflow2', name)))

interface Case {
  readonly file: string
  readonly flowsets?: readonly {
    readonly templates?: readonly { readonly id: number; readonly fields: readonly (readonly [number, number])[] }[]
    readonly firstRecord?: readonly (readonly [number, string])[]
  }[]
}
const caseOf = (file: string): Case =>
  (JSON.parse(readFileSync(dataPath('flow/goflow2/expected.json'), 'utf8')) as { cases: readonly Case[] }).cases.find(
    (one) => one.file === file,
  )!

describe('goflow2', { skip }, () => {
  test('the NetFlow v9 template has the expected fields, and the data all expected values', () => {
    const { collector, rows } = collectRows()
    collector.receive(octetsOf('netflow9-template260.dat'), from, 0)
    const [expected] = caseOf('netflow9-template260.dat').flowsets![0]!.templates!
    const [stream] = collector.snapshot().streams
    assert.deepEqual([stream!.domain, stream!.templates[0]!.id], [256, 260])
    assert.deepEqual(
      stream!.templates[0]!.fields,
      expected!.fields.flatMap(([element, length]) => [element, length, 0]),
    )
    const data = octetsOf('netflow9-data260.dat')
    collector.receive(data, from, 0)
    assert.equal(rows().length, 21)
    const [record] = plainRecords([data], collector.snapshot())
    const { firstRecord } = caseOf('netflow9-data260.dat').flowsets![0]!
    for (const [element, hex] of firstRecord!) {
      assert.equal(Buffer.from(record!.fields.get(`0/${element}`)!).toString('hex'), hex, `element ${element}`)
    }
  })

  test('a data set that ends beyond the datagram gives its complete records, and counts as malformed', () => {
    const { collector, rows } = collectRows()
    collector.receive(octetsOf('netflow9-template260.dat'), from, 0)
    collector.receive(octetsOf('netflow9-data260.dat').subarray(0, 89), from, 0)
    const [row] = rows()
    const { src, dst, octets, packets, inIf, outIf, srcPort, dstPort, tcpFlags, protocol, dstAs } = row!
    assert.deepEqual(
      { src, dst, octets, packets, inIf, outIf, srcPort, dstPort, tcpFlags, protocol, dstAs },
      {
        src: '198.38.120.222',
        dst: '88.121.217.208',
        octets: 0x5dc,
        packets: 1,
        inIf: 0x162,
        outIf: 0x130,
        srcPort: 443,
        dstPort: 0x3b50,
        tcpFlags: 0x10,
        protocol: 6,
        dstAs: 0,
      },
    )
    assert.equal(collector.totals().malformed, 1)
  })

  test('the NetFlow v5 datagram has interface 9 in its first record', () => {
    const { collector, rows } = collectRows()
    collector.receive(octetsOf('netflow5.dat'), from, 0)
    assert.equal(rows()[0]!.inIf, 9)
    assert.equal(collector.totals().malformed, 0)
  })

  test('sFlow flow samples and expanded samples decode without error', () => {
    for (const file of ['sflow5-flow-sample.dat', 'sflow5-expanded.dat']) {
      const { collector, rows } = collectRows()
      collector.receive(octetsOf(file), from, 0)
      const taken = rows()
      assert.ok(taken.length > 0, file)
      assert.equal(collector.totals().malformed, 0, file)
      for (const row of taken) assert.ok(row.octets > 0 && row.samplingRate > 0 && row.version > 0, file)
    }
  })

  test('samples of discarded packets are counted, but give no row', () => {
    for (const file of ['sflow5-drop-egress-queue.dat', 'sflow5-drop-acl.dat', 'sflow5-drop-function.dat']) {
      const { collector, rows } = collectRows()
      collector.receive(octetsOf(file), from, 0)
      assert.equal(rows().length, 0)
      const { malformed, discardedSamples } = collector.totals()
      assert.deepEqual({ malformed, discardedSamples }, { malformed: 0, discardedSamples: 1 }, file)
    }
  })
})
