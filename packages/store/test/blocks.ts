/** Flow blocks for tests, generated from a seed. */
import { createFlowBlock, type FlowBlock, flowBlockAt } from '@vagus/flow'

export interface BlockShape {
  readonly rows: number
  /** End of the first record, milliseconds since 1970; each following record ends a millisecond later. */
  readonly end: number
  /** Duration of each record, milliseconds. */
  readonly lasts?: number
  readonly seed?: number
  readonly samplingRate?: number
}

/** Sum of `octets` over a block of `rows` rows: row r carries r + 1 octets. */
export const octetsOf = (rows: number): number => (rows * (rows + 1)) / 2

/** Row r: r + 1 octets in one packet, IPv6 for every third row, sites 1..5, devices 1..3, hosts by `seed`. */
export function blockOf({ rows, end, lasts = 0, seed = 0, samplingRate = 1 }: BlockShape): FlowBlock {
  const block = createFlowBlock(Math.max(8, Math.ceil(rows / 8) * 8))
  block.length = rows
  for (let row = 0; row < rows; row++) {
    const version = row % 3 === 2 ? 6 : 4
    address(block.srcAddr, row, version, (row * 7 + seed) % 250)
    address(block.dstAddr, row, version, (row * 3 + seed) % 200)
    time(block.end, row, end + row)
    time(block.start, row, end + row - lasts)
    block.octets[row * 2] = row + 1
    block.packets[row * 2] = 1
    block.samplingRate[row] = samplingRate
    block.inIf[row] = 1 + (row % 4)
    block.outIf[row] = 5
    block.exporter[row] = 1 + (row % 2)
    block.srcPort[row] = 1024 + row
    block.dstPort[row] = 443
    block.srcSite[row] = 1 + (row % 5)
    block.dstSite[row] = 1 + ((row + 2) % 5)
    block.application[row] = row % 4
    block.ingressEdge[row] = 1 + (row % 3)
    block.egressEdge[row] = 1 + ((row + 1) % 3)
    block.version[row] = version
    block.protocol[row] = 6
    block.counted[row] = 1
  }
  return block
}

/** The same in WebAssembly memory, like the collector's blocks: packed in the log when full. */
export function within(memory: WebAssembly.Memory, block: FlowBlock): FlowBlock {
  const copy = flowBlockAt(memory.buffer as ArrayBuffer, 64, block.capacity, memory)
  copy.memory.set(block.memory)
  copy.length = block.length
  return copy
}

function address(words: Uint32Array, row: number, version: 4 | 6, host: number): void {
  const at = row * 4
  if (version === 4) words.set([0x0a000000 + host, 0xffff, 0, 0], at)
  else words.set([host, 0, 0, 0x20010db8], at)
}

function time(words: Uint32Array, row: number, milliseconds: number): void {
  words[row * 2] = milliseconds >>> 0
  words[row * 2 + 1] = Math.floor(milliseconds / 2 ** 32)
}
