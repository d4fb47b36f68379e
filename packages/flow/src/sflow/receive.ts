/** Takes in an sFlow datagram: flow samples become rows, counter samples go to the queue. @module */
import { Reader } from '@vagus/wire'
import type { BlockFiller } from '../block-filler.ts'
import type { BoundedQueue } from '../bounded-queue.ts'
import type { Exporter } from '../exporter.ts'
import type { InterfaceCounters } from '../interface-counters.ts'
import type { InterfaceNames } from '../interface-names.ts'
import type { Stream } from '../stream.ts'
import { readCounterSample } from './counter-sample.ts'
import type { SflowHeader } from './datagram.ts'
import { readFlowSample } from './flow-sample.ts'
import { sampleFormat } from './formats.ts'

export interface SflowParts {
  readonly blocks: BlockFiller
  readonly counters: BoundedQueue<InterfaceCounters>
  readonly interfaceNames: InterfaceNames
}

export interface SampleCounts {
  flow: number
  counter: number
  discarded: number
}

export interface SflowMessage {
  readonly stream: Stream
  readonly exporter: Exporter
  readonly view: DataView
  readonly now: number
  readonly uptimeMs: number
}

/** Reads the samples after the header. Samples before a fault are used. @throws {DecodeError} */
export function readSamples(
  parts: SflowParts,
  r: Reader,
  { samples, uptimeMs }: SflowHeader,
  message: Omit<SflowMessage, 'uptimeMs'>,
  counts: SampleCounts,
): void {
  for (let index = 0; index < samples && r.left > 0; index++) {
    const format = r.uint32()
    const sample = r.sub(r.uint32())
    if (format === sampleFormat.flow || format === sampleFormat.expandedFlow) {
      takeFlowSample(parts, sample, format === sampleFormat.flow ? 'compact' : 'expanded', message)
      counts.flow++
    } else if (format === sampleFormat.counters || format === sampleFormat.expandedCounters) {
      takeCounterSample(parts, sample, format === sampleFormat.counters ? 'compact' : 'expanded', {
        ...message,
        uptimeMs,
      })
      counts.counter++
    } else if (format === sampleFormat.discarded) {
      counts.discarded++
    }
  }
}

function takeFlowSample(
  { blocks }: SflowParts,
  r: Reader,
  size: 'compact' | 'expanded',
  { stream, exporter, now, view }: Omit<SflowMessage, 'uptimeMs'>,
): void {
  const block = blocks.roomFor(1)
  readFlowSample(r, size, block, block.length, { exporter: exporter.number, now, view })
  const rate = block.samplingRate[block.length]!
  block.length++
  stream.records++
  stream.lastRate = { rate, from: rate > 0 ? 'record' : 'none' }
}

function takeCounterSample(parts: SflowParts, r: Reader, size: 'compact' | 'expanded', message: SflowMessage): void {
  const { stream, exporter, now, uptimeMs } = message
  const sampled = readCounterSample(r, size)
  stream.counterSamples++
  if (!sampled) return
  if (sampled.ifName) parts.interfaceNames.set(exporter, sampled.ifIndex, sampled.ifName)
  const ifName = sampled.ifName ?? exporter.interfaceNames.get(sampled.ifIndex)
  parts.counters.push({ ...sampled, ifName, exporter: exporter.number, at: now, uptimeMs })
}
