/** Writes facts as frames, with the values current at that time. @module */
import type { Core } from './core.ts'
import { frameType } from './frame-type.ts'
import type { Signal } from './signal.ts'
import type { FrameWriter } from './varint.ts'

/** `false` if there is nothing left to report. At most 25 octets. */
export function writeSignal(out: FrameWriter, signal: Signal, core: Core): boolean {
  const values = valuesOf(signal, core)
  if (values === undefined) return false
  out.uint8(frameType[signal.type])
  for (const value of values) out.varint(value)
  return true
}

function valuesOf({ type, about }: Signal, { streams, paths, duplicateFor }: Core): readonly number[] | undefined {
  const stream = streams.get(about)
  const path = paths.get(about)
  switch (type) {
    case 'max-data':
      return [streams.receiveLimit]
    case 'max-streams':
      return [streams.peerAllowed]
    case 'max-stream-data':
      return stream === undefined ? undefined : [about, stream.receive.limit]
    case 'reset':
      return stream?.send.resetCode === undefined ? undefined : [about, stream.send.resetCode, stream.send.sentTo]
    case 'stop':
      return stream?.stopCode === undefined ? undefined : [about, stream.stopCode]
    case 'status':
      return path === undefined ? undefined : [about, path.ownVersion, path.ownStatus === 'active' ? 0 : 1]
    case 'path-close':
      return [about]
    case 'intent':
      return [about, Math.round(duplicateFor)]
    default:
      return undefined
  }
}
