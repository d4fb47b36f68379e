import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseAddress } from '@vagus/address'
import { type ColumnName, createCollector, type FlowBlock } from '@vagus/flow'
import { createEnricher, type Domain } from '../src/index.ts'
import {
  addressOf,
  blockOf,
  campus,
  domain,
  enricherOf,
  factory,
  office,
  p1,
  pe1,
  pe2,
  type Row,
  transit,
} from './fixture.ts'

const enriched = (...rows: readonly Row[]): FlowBlock => {
  const block = blockOf(rows)
  enricherOf().enrich(block)
  return block
}
const show = (block: FlowBlock, ...columns: readonly ColumnName[]): readonly number[] =>
  columns.map((column) => block[column][0]!)

const internet = '8.8.8.8'
const [officeHost, factoryHost, campusHost] = ['10.1.0.1', '10.2.0.1', '10.3.0.1']

describe('sites', () => {
  test('the longest prefix of all sites decides, in both families', () => {
    const block = enriched(
      { src: officeHost, dst: internet },
      { src: '2001:db8:2::1', dst: '2001:db8:4::1' },
      { src: '10.3.0.1', dst: '10.4.0.1' },
    )
    assert.deepEqual(Array.from(block.srcSite.subarray(0, 3)), [office, factory, campus])
    assert.deepEqual(Array.from(block.dstSite.subarray(0, 3)), [transit, transit, transit])
  })

  test('an address of no site is unknown', () => {
    const block = blockOf([{ src: '2001:db8:1::1', dst: '10.9.0.1' }])
    const sites = domain.sites.filter(({ name }) => name === 'office')
    const devices = domain.devices.map((device) => ({ ...device, interfaces: [] }))
    createEnricher({ domain: { ...domain, sites, devices }, addressOf }).enrich(block)
    assert.deepEqual(show(block, 'srcSite', 'dstSite'), [1, 0])
  })
})

describe('which observation counts', () => {
  const columns = ['counted', 'ingressEdge', 'egressEdge', 'direction'] as const

  /** [what, row, counted, ingress edge, egress edge, direction] */
  const cases: readonly (readonly [string, Row, ...number[]])[] = [
    ['entering by the interface of its site', { inIf: 1 }, 1, pe1, pe2, 0],
    ['leaving to a site of one edge does not: it was counted on entry', { device: pe2, inIf: 1 }, 0, 0, pe2, 1],
    ['passing a core interface does not', { device: p1, inIf: 1 }, 0, 0, 0, 0],
    ['passing a core interface of an edge device does not', { inIf: 2 }, 0, 0, 0, 0],
    [
      'one interface for both ways in the core is metered on entry, whatever softflowd says',
      { inIf: 2, outIf: 2, direction: 1 },
      0,
      0,
      0,
      0,
    ],
    ['entering toward a multihomed neighbour does not', { inIf: 1, dst: internet }, 0, pe1, 0, 0],
    ['leaving toward a multihomed neighbour does', { device: pe2, inIf: 2, dst: internet }, 1, pe1, pe2, 1],
    ['entering from a multihomed neighbour does', { inIf: 3, src: internet }, 1, pe1, pe2, 0],
    [
      'from neighbour to neighbour it counts on entry',
      { inIf: 3, src: internet, dst: '9.9.9.9', direction: 0 },
      1,
      pe1,
      0,
      0,
    ],
    ['and not on exit', { device: pe2, inIf: 2, src: internet, dst: '9.9.9.9', direction: 1 }, 0, 0, pe2, 1],
    ['two interfaces to one device are one edge', { inIf: 1, dst: campusHost }, 1, pe1, pe2, 0],
    ['a source that does not belong behind the interface', { inIf: 1, src: factoryHost, dst: campusHost }, 0, 0, 0, 0],
    ['an interface that is not configured', { inIf: 77 }, 0, 0, 0, 0],
    ['interfaces that are not known', { inIf: 0 }, 0, 0, 0, 0],
    ['an exporter that is none of ours', { device: 40 }, 0, 0, 0, 255],
    ['a router that names both interfaces, metering on entry', { inIf: 1, outIf: 2 }, 1, pe1, pe2, 0],
    ['from site to site within one device', { device: pe2, inIf: 4, outIf: 1, src: campusHost }, 1, pe2, pe2, 0],
    ['out to the neighbour, metered as it came in from the core', { inIf: 2, outIf: 3, dst: internet }, 1, pe1, pe1, 0],
    ['metered on exit only: the interface of entry is believed', { inIf: 1, outIf: 2, direction: 1 }, 1, pe1, pe2, 1],
  ]
  for (const [what, row, ...wanted] of cases) {
    test(what, () => assert.deepEqual(show(enriched(row), ...columns), wanted))
  }

  test('an interface that meters itself is not counted again by the records of another', () => {
    const block = enriched(
      { inIf: 1, outIf: 2, direction: 0 },
      { inIf: 1, outIf: 2, direction: 1 },
      { inIf: 3, outIf: 3, direction: 1, dst: internet },
      { inIf: 2, outIf: 3, direction: 0, dst: internet },
    )
    assert.deepEqual(Array.from(block.counted.subarray(0, 4)), [1, 0, 1, 0])
  })

  test('a packet that an sFlow agent samples on entry and on exit counts once', () => {
    const blocks: FlowBlock[] = []
    const collector = createCollector({ onBlock: (block) => blocks.push(block) })
    /** flow_sample at `source`, from interface 4 to 1, with sampled_ipv4: campus to factory. */
    const sampleAt = (source: string): Uint8Array =>
      new Uint8Array(
        Buffer.from(
          `00000005000000010affff02000000000000000100000001000000010000000100000048` +
            `00000001${source}0000000100000001000000000000000400000001` +
            `00000001000000030000002000000054000000060a0300010a0200010000c000000001bb0000001800000000`,
          'hex',
        ),
      )
    const from = { address: parseAddress('2001:db8:ff::2'), port: 6343 }
    for (const source of ['00000004', '00000001', '00000004', '00000001']) collector.receive(sampleAt(source), from, 1)
    collector.flush()
    const [block] = blocks
    createEnricher({ domain, addressOf: (exporter) => collector.addressOf(exporter) }).enrich(block!)
    assert.deepEqual(Array.from(block!.counted.subarray(0, block!.length)), [1, 0, 1, 0])
  })

  test('each packet counts once, whatever the sites, however the routers meter', () => {
    /** Every boundary interface: site, device, index. */
    const ends = domain.devices.flatMap(({ interfaces }, index) =>
      interfaces.flatMap(({ site, index: ifIndex }) =>
        site === undefined
          ? []
          : [{ site: domain.sites.findIndex(({ name }) => name === site), device: index + 1, ifIndex }],
      ),
    )
    const hosts = [officeHost, factoryHost, internet, campusHost]
    const core = { [pe1]: 2, [pe2]: 3 } as const
    const metering = fc.constantFrom('one interface', 'entry', 'entry and exit')
    fc.assert(
      fc.property(fc.constantFrom(...ends), fc.constantFrom(...ends), metering, (from, to, how) => {
        if (from === to) return
        const packet = { src: hosts[from.site]!, dst: hosts[to.site]! }
        const hops =
          from.device === to.device
            ? [{ device: from.device, inIf: from.ifIndex, outIf: to.ifIndex }]
            : [
                { device: from.device, inIf: from.ifIndex, outIf: core[from.device as 1 | 2] },
                { device: p1, inIf: from.device, outIf: to.device },
                { device: to.device, inIf: core[to.device as 1 | 2], outIf: to.ifIndex },
              ]
        const rows = hops.flatMap((hop): readonly Row[] => {
          const entry = { ...packet, ...hop, direction: 0 as const }
          if (how === 'entry') return [entry]
          if (how === 'entry and exit') return [entry, { ...entry, direction: 1 }]
          // Like softflowd in the lab: core interfaces inbound only, boundaries both ways, one interface for both.
          const atBoundary = hop.outIf === to.ifIndex && hop.device === to.device
          const one = { ...packet, device: hop.device, direction: 255 as const }
          return [
            { ...one, inIf: hop.inIf, outIf: hop.inIf, direction: from.site === to.site ? 0 : 255 },
            ...(atBoundary
              ? [
                  {
                    ...one,
                    inIf: hop.outIf,
                    outIf: hop.outIf,
                    direction: from.site === to.site ? (1 as const) : (255 as const),
                  },
                ]
              : []),
          ]
        })
        const enricher = enricherOf()
        // The first packets show which interfaces meter themselves.
        enricher.enrich(blockOf(rows))
        const block = blockOf(rows)
        enricher.enrich(block)
        const counted = rows.flatMap((_, row) => (block.counted[row] === 1 ? [row] : []))
        assert.equal(counted.length, 1, `${JSON.stringify(rows)} counted ${counted.length} times`)
        assert.equal(block.ingressEdge[counted[0]!], from.device)
        const bothMultihomed = from.site === transit - 1 && to.site === transit - 1
        if (!bothMultihomed) assert.equal(block.egressEdge[counted[0]!], to.device)
      }),
      { numRuns: 25 },
    )
  })
})

describe('exporters', () => {
  test('a number that the collector reassigned to another address is another device', () => {
    let address = '10.255.0.1'
    const enricher = createEnricher({ domain, addressOf: () => address })
    enricher.enrich(blockOf([{}]))
    assert.equal(enricher.deviceOf(11), pe1)
    address = '2001:db8:ff::2'
    enricher.enrich(blockOf([{}]))
    assert.equal(enricher.deviceOf(11), pe2)
  })
})

describe('an inconsistent domain is refused', () => {
  const device = domain.devices[0]!
  const cases: readonly (readonly [string, Partial<Domain>, RegExp])[] = [
    [
      'two devices with one address',
      { devices: [device, { ...device, name: 'twin' }] },
      /pe-1 and twin must not have the same address, 10\.255\.0\.1/,
    ],
    [
      'an unknown site',
      { sites: domain.sites.slice(1) },
      /interface 1 of pe-1 leads to "office", which must be the name of a site/,
    ],
    [
      'one index twice',
      { devices: [{ ...device, interfaces: [device.interfaces[0]!, device.interfaces[0]!] }] },
      /interface index 1 of pe-1 occurs twice/,
    ],
    [
      'one prefix in two sites',
      { sites: [...domain.sites, { name: 'twin', prefixes: ['10.1.0.0/16'] }] },
      /prefix 10\.1\.0\.0\/16 must have one value, got 1 and 5/,
    ],
    [
      'a port out of range',
      { applications: [{ name: 'x', ports: [70_000], protocol: 'tcp' }] },
      /ports of x must be 0\.\.65535/,
    ],
    ['a range backwards', { applications: [{ name: 'x', ports: ['9-3'], protocol: 'tcp' }] }, /or FROM-TO, got "9-3"/],
  ]
  for (const [what, part, problem] of cases) {
    test(what, () => assert.throws(() => enricherOf({ ...domain, ...part }), problem))
  }
})

describe('applications', () => {
  /** [what, protocol, source port, destination port, number] */
  const cases: readonly (readonly [string, number, number, number, number])[] = [
    ['by destination port', 6, 50_000, 443, 1],
    ['by source port: the answer of a server', 6, 443, 50_000, 1],
    ['the lower of two known ports', 6, 8080, 53, 2],
    ['whichever side it is on', 17, 53, 2000, 2],
    ['by range', 6, 1, 8999, 1],
    ['not beyond the range', 6, 1, 9000, 0],
    ['of its protocol only', 17, 10, 443, 0],
    ['any protocol with ports, such as SCTP', 132, 53, 1, 2],
    ['never by the type and code of ICMP', 1, 0, 53, 0],
  ]
  for (const [what, protocol, srcPort, dstPort, wanted] of cases) {
    test(what, () => assert.deepEqual(show(enriched({ protocol, srcPort, dstPort }), 'application'), [wanted]))
  }
})
