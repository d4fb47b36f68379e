/** Flow records as an exporter tells them. @module */
import { createFlowBlock, type FlowBlock } from '@vagus/flow'

const twoTo32 = 2 ** 32
/** 960 kb/s. */
export const octetsPerSecond = 120_000

interface Told {
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  readonly port?: number
  /** Where it was metered. */
  readonly inIf?: number
}

/** A block with one flow, that carried `octetsPerSecond` all the time. */
export function told({ start, end, port = 1, inIf = 1 }: Told): FlowBlock {
  const block = createFlowBlock(8)
  block.length = 1
  for (const [column, value] of [
    [block.start, start],
    [block.end, end],
    [block.octets, Math.max(1, (end - start) / 1000) * octetsPerSecond],
  ] as const) {
    column[0] = value % twoTo32
    column[1] = Math.floor(value / twoTo32)
  }
  block.samplingRate[0] = 1
  block.version[0] = 4
  block.srcAddr.set([0xcb00_7107, 0xffff, 0, 0])
  block.dstAddr.set([0xc633_6402, 0xffff, 0, 0])
  block.srcPort[0] = port
  block.inIf[0] = inIf
  block.outIf[0] = inIf
  return block
}
