/** A domain as configured, and rows as filled by a decoder. */
import { parseAddress, writeWords } from '@vagus/address'
import { createFlowBlock, type FlowBlock } from '@vagus/flow'
import { type Domain, createEnricher, type Enricher } from '../src/index.ts'

/**
 * Two sites with one edge each, one site with two interfaces on one device, and a neighbour on two devices:
 *
 *   office - pe-1 (1)            transit - pe-1 (3), pe-2 (2)
 *   factory - pe-2 (1)           campus - pe-2 (4, 5)
 *   core: pe-1 (2) - p-1 (1), p-1 (2) - pe-2 (3)
 */
export const domain: Domain = {
  devices: [
    {
      name: 'pe-1',
      address: '10.255.0.1',
      interfaces: [
        { name: 'eth1', index: 1, site: 'office' },
        { name: 'eth2', index: 2 },
        { name: 'eth3', index: 3, site: 'transit' },
      ],
    },
    {
      name: 'pe-2',
      address: '2001:db8:ff::2',
      interfaces: [
        { name: 'eth1', index: 1, site: 'factory' },
        { name: 'eth2', index: 2, site: 'transit' },
        { name: 'eth3', index: 3 },
        { name: 'eth4', index: 4, site: 'campus' },
        { name: 'eth5', index: 5, site: 'campus' },
      ],
    },
    {
      name: 'p-1',
      address: '10.255.0.3',
      interfaces: [
        { name: 'eth1', index: 1 },
        { name: 'eth2', index: 2 },
      ],
    },
  ],
  sites: [
    { name: 'office', prefixes: ['10.1.0.0/16', '2001:db8:1::/48'] },
    { name: 'factory', prefixes: ['10.2.0.0/16', '2001:db8:2::/48'] },
    { name: 'transit', prefixes: ['0.0.0.0/0', '::/0'] },
    { name: 'campus', prefixes: ['10.3.0.0/16', '2001:db8:3::/48'] },
  ],
  links: [
    { name: 'core-1', a: { node: 'pe-1', interface: 'eth2' }, z: { node: 'p-1', interface: 'eth1' }, capacity: 100e6 },
    { name: 'office', a: { node: 'office' }, z: { node: 'pe-1', interface: 'eth1' }, capacity: 10e6 },
  ],
  applications: [
    { name: 'web', ports: [80, 443, '8000-8999'], protocol: 'tcp' },
    { name: 'dns', ports: [53], protocol: 'any' },
    { name: 'all-high', ports: ['1024-65535'], protocol: 'udp' },
  ],
}
export const [office, factory, transit, campus] = [1, 2, 3, 4] as const
export const [pe1, pe2, p1] = [1, 2, 3] as const

/** Exporter numbers differ from device numbers: they are the device number + 10. */
export const addressOf = (exporter: number): string | undefined => domain.devices[exporter - 11]?.address
export const enricherOf = (of: Domain = domain): Enricher => createEnricher({ domain: of, addressOf })

const usual = {
  src: '10.1.0.1',
  dst: '10.2.0.1',
  device: 1,
  inIf: 1,
  outIf: undefined as number | undefined,
  direction: 255,
  version: undefined as number | undefined,
  srcPort: 50_000,
  dstPort: 443,
  protocol: 6,
  octets: 1000,
  packets: 1,
  rate: 1,
  start: 0,
  end: 0,
}
/** `outIf` defaults to `inIf`, and `version` to that of `src`. */
export type Row = Partial<typeof usual>

const set64 = (column: Uint32Array, row: number, value: number): void => {
  column[row * 2] = value
  column[row * 2 + 1] = Math.floor(value / 2 ** 32)
}

/** Office to factory over HTTPS, metered on entry, by default. */
export function blockOf(rows: readonly Row[]): FlowBlock {
  const block = createFlowBlock(Math.max(8, Math.ceil(rows.length / 8) * 8))
  for (const [index, given] of rows.entries()) {
    const row = { ...usual, ...given }
    writeWords(block.srcAddr, index * 4, parseAddress(row.src))
    writeWords(block.dstAddr, index * 4, parseAddress(row.dst))
    block.version[index] = row.version ?? (row.src.includes(':') ? 6 : 4)
    block.exporter[index] = row.device + 10
    block.inIf[index] = row.inIf
    block.outIf[index] = row.outIf ?? row.inIf
    block.direction[index] = row.direction
    block.srcPort[index] = row.srcPort
    block.dstPort[index] = row.dstPort
    block.protocol[index] = row.protocol
    block.samplingRate[index] = row.rate
    set64(block.octets, index, row.octets)
    set64(block.packets, index, row.packets)
    set64(block.start, index, row.start)
    set64(block.end, index, row.end)
  }
  block.length = rows.length
  return block
}
