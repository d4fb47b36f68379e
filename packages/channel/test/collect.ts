/** Hosts of the virtual network: one reads all that comes, one writes as there is room. */
import type { Side, VirtualNetwork } from './virtual-network.ts'

export interface Collected {
  octets: Uint8Array
  isAtEnd: boolean
}

/** What has come on the streams of `side` so far. */
export function collect(network: VirtualNetwork, side: Side): Map<number, Collected> {
  const streams = new Map<number, Collected>()
  const parts = new Map<number, Uint8Array[]>()
  network.heard[side] = ({ type, ...event }) => {
    if (type !== 'readable' || !('stream' in event)) return
    const id = event.stream
    const got = parts.get(id) ?? []
    parts.set(id, got)
    let read = network.sessions[side].read(id)
    for (; read instanceof Uint8Array; read = network.sessions[side].read(id)) got.push(read.slice())
    streams.set(id, { octets: new Uint8Array(Buffer.concat(got)), isAtEnd: read === 'end' })
  }
  return streams
}

/** Writes `octets` as there is room, then ends; to be called after every event. */
export function feed(network: VirtualNetwork, side: Side, stream: number, octets: Uint8Array): () => void {
  let at = 0
  let isDone = false
  return () => {
    if (isDone) return
    at += network.sessions[side].write(stream, octets.subarray(at), 'fin')
    isDone = at === octets.length
  }
}
