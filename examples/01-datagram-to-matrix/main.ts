/**
 * From an exporter's datagram to a traffic matrix, with no socket and no clock: the two engines that the controller
 * joins to the network, called by hand. Run it: `node examples/01-datagram-to-matrix/main.ts`.
 */
import assert from 'node:assert/strict'
import { formatWords, hashKeyWords, parseAddress } from '@vagus/address'
import { createEnricher, LiveWindow } from '@vagus/analytics'
import { createCollector } from '@vagus/flow'
import { Writer } from '@vagus/wire'

// A domain of one router between two sites. Numbers in the columns are places in these lists, from 1.
const sites = [
  { name: 'office', prefixes: ['10.1.0.0/16'] },
  { name: 'factory', prefixes: ['10.2.0.0/16'] },
]
const interfaces = [
  { name: 'eth1', index: 1, site: 'office' },
  { name: 'eth2', index: 2, site: 'factory' },
]
const domain = { devices: [{ name: 'pe-1', address: '192.0.2.1', interfaces }], sites, links: [], applications: [] }

// NetFlow version 5, one record: 1.5 MB from the office to the factory in ten seconds.
const now = Date.UTC(2026, 0, 1, 12, 0, 0)
const uptime = 100_000
const w = new Writer()
for (const half of [5, 1]) w.uint16(half) // version, records
for (const word of [uptime, now / 1000, 0, 0]) w.uint32(word) // uptime, seconds, nanoseconds, sequence
for (const half of [0, 1]) w.uint16(half) // engine, sampling: one in one
for (const word of [0x0a010001, 0x0a020001, 0]) w.uint32(word) // source, destination, next hop
for (const half of [1, 2]) w.uint16(half) // in, out
for (const word of [1000, 1_500_000, uptime - 20_000, uptime - 10_000]) w.uint32(word) // packets, octets, first, last
for (const half of [50_000, 443]) w.uint16(half) // ports
w.octets(Uint8Array.of(0, 0x1b, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0)) // flags, TCP, type of service, AS numbers, masks

const collector = createCollector({
  onBlock(block) {
    enricher.enrich(block)
    live.add(block, now)
    assert.equal(formatWords(block.srcAddr, 0), '10.1.0.1')
    assert.equal(block.counted[0], 1)
  },
})
const enricher = createEnricher({ domain, addressOf: (exporter) => collector.addressOf(exporter) })
const hashKey = crypto.getRandomValues(new Uint32Array(hashKeyWords))
const live = new LiveWindow({ domain, deviceOf: enricher.deviceOf, hashKey, startedAt: now - 60_000 })

collector.receive(w.finish(), { address: parseAddress('192.0.2.1'), port: 2055 }, now)
collector.flush()

const { ipv4, window } = live.matrix('sites', 30, now) // [source × sites + sink]
const officeToFactory = ipv4[1]!
assert.equal(officeToFactory * window.seconds, 1_500_000 * 8)
console.log(`office → factory: ${(officeToFactory / 1e6).toFixed(2)} Mb/s over ${window.seconds} s`)
