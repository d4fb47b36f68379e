/** The serving half of every measure, over any kind of stream: its first octet says what is asked. */
import type { Duplex } from 'node:stream'

export const kindOfStream = { echo: 1, sink: 2, frames: 3, memory: 4, mixed: 5 } as const
/** Frames: 2 octets of length before each. Mixed: 1 kind and 3 length; kind 1 is echoed. */
export const mixedHeader = 4

export function serveStream(stream: Duplex): void {
  stream.on('error', () => stream.destroy())
  stream.once('data', (first: Buffer) => {
    const serve = services[first[0]!] ?? services[kindOfStream.echo]!
    serve(stream, first.subarray(1))
  })
}

const answer = (stream: Duplex, value: number): void => {
  const octets = Buffer.alloc(8)
  octets.writeDoubleBE(value)
  stream.end(octets)
}

const services: Readonly<Record<number, (stream: Duplex, rest: Buffer) => void>> = {
  [kindOfStream.echo](stream, rest) {
    if (rest.length > 0) stream.write(rest)
    stream.on('data', (octets: Buffer) => stream.write(octets))
    stream.on('end', () => stream.end())
  },
  [kindOfStream.sink](stream, rest) {
    let octets = rest.length
    stream.on('data', (chunk: Buffer) => (octets += chunk.length))
    stream.on('end', () => answer(stream, octets))
  },
  [kindOfStream.frames](stream, first) {
    let frames = 0
    /** Octets that the message at hand lacks, and the first octet of a length that is cut in two; -1: it is not. */
    let lacking = 0
    let upper = -1
    // Nothing is joined, so that it is the channel that is measured.
    const count = (chunk: Buffer): void => {
      let at = 0
      while (at < chunk.length) {
        if (lacking === 0) {
          const octet = chunk[at++]!
          if (upper < 0) upper = octet
          else {
            lacking = (upper << 8) | octet
            upper = -1
          }
        }
        const here = Math.min(lacking, chunk.length - at)
        at += here
        lacking -= here
        if (here > 0 && lacking === 0) frames++
      }
    }
    count(first)
    stream.on('data', count)
    stream.on('end', () => answer(stream, frames))
  },
  [kindOfStream.memory](stream) {
    globalThis.gc?.()
    answer(stream, process.memoryUsage().rss)
  },
  [kindOfStream.mixed](stream, first) {
    let rest = first
    stream.on('data', (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      while (rest.length >= mixedHeader) {
        const whole = mixedHeader + (rest.readUInt32BE(0) & 0xffffff)
        if (rest.length < whole) return
        if (rest[0] === 1) stream.write(rest.subarray(0, whole))
        rest = rest.subarray(whole)
      }
    })
    stream.on('end', () => stream.end())
  },
}
