/** A collector that keeps its rows as objects, for tests. @module */
import { formatWords } from '@vagus/address'
import { type Collector, type CollectorConfig, createCollector, type FlowBlock } from '../src/index.ts'

export interface Row {
  readonly src: string
  readonly dst: string
  readonly start: number
  readonly end: number
  readonly octets: number
  readonly packets: number
  readonly samplingRate: number
  readonly srcAs: number
  readonly dstAs: number
  readonly inIf: number
  readonly outIf: number
  readonly exporter: number
  readonly srcPort: number
  readonly dstPort: number
  readonly version: number
  readonly protocol: number
  readonly tcpFlags: number
  readonly tos: number
  readonly direction: number
}

const wide = (column: Uint32Array, row: number): number => column[row * 2 + 1]! * 2 ** 32 + column[row * 2]!

function rowOf(block: FlowBlock, row: number): Row {
  return {
    src: formatWords(block.srcAddr, row * 4),
    dst: formatWords(block.dstAddr, row * 4),
    start: wide(block.start, row),
    end: wide(block.end, row),
    octets: wide(block.octets, row),
    packets: wide(block.packets, row),
    samplingRate: block.samplingRate[row]!,
    srcAs: block.srcAs[row]!,
    dstAs: block.dstAs[row]!,
    inIf: block.inIf[row]!,
    outIf: block.outIf[row]!,
    exporter: block.exporter[row]!,
    srcPort: block.srcPort[row]!,
    dstPort: block.dstPort[row]!,
    version: block.version[row]!,
    protocol: block.protocol[row]!,
    tcpFlags: block.tcpFlags[row]!,
    tos: block.tos[row]!,
    direction: block.direction[row]!,
  }
}

/** A collector, and `rows`, which flushes it and returns all rows since the last call. */
export function collectRows(config: Partial<CollectorConfig> = {}): { collector: Collector; rows: () => Row[] } {
  let kept: Row[] = []
  const collector = createCollector({
    ...config,
    onBlock(block) {
      for (let row = 0; row < block.length; row++) kept.push(rowOf(block, row))
      collector.recycle(block)
    },
  })
  return {
    collector,
    rows() {
      collector.flush()
      const taken = kept
      kept = []
      return taken
    },
  }
}
