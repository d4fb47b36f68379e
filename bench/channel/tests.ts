/** The asking half: each measure over whatever `connect` of a peer gives. */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchConnection, BenchPeer } from './peer.ts'
import { kindOfStream, mixedHeader } from './sink.ts'

const inFlight = 64
/** Of the same, before it counts: agents and servers run for weeks, and V8 compiles for some 15 s of them. */
const warmSeconds = 20
/** Where it is asked what a process gives that has just begun. */
const earlySeconds = 2.5
/** Connections over which bulk is sent in that time: the second one is served by code that the first one's alone does not run. */
const warmLanes = 2
const handshakeSeconds = 2.5
const bulkSeconds = 2.5
const roundTripSeconds = 2.5
const idleConnections = 1000
/** Before them, and kept, too: what is taken once, for compiling what makes connections, is taken by then. */
const warmConnections = 600
/** Messages between two looks at the clock. */
const framesBetweenLooks = 100
const frameOctets = 256

type Test = (peer: BenchPeer, target: unknown) => Promise<Readonly<Record<string, number>>>

async function readExactly(stream: Duplex, length: number): Promise<Buffer> {
  for (;;) {
    const octets = stream.read(length) as Buffer | null
    if (octets !== null) return octets
    if (stream.destroyed || stream.readableEnded) throw new Error('the stream ended early')
    await new Promise<void>((resolve) => {
      const go = (): void => {
        stream.off('readable', go).off('close', go)
        resolve()
      }
      stream.on('readable', go).on('close', go)
    })
  }
}

const sum = (first: number, ...rest: readonly Uint8Array[]): Buffer => Buffer.concat([Buffer.of(first), ...rest])

/**
 * Connect, prove both sides, open a stream, one octet there and back; 64 at a time.
 * @param after seconds of the same before it counts
 */
async function handshakes(
  peer: BenchPeer,
  target: unknown,
  how: 'full' | 'resumed',
  after: number,
): Promise<{ perSecond: number }> {
  let done = 0
  let until = Infinity
  const lane = async (number: number): Promise<void> => {
    while (performance.now() < until) {
      const { stream, close } = await peer.connect(target, how, number)
      stream.on('error', () => undefined)
      stream.write(sum(kindOfStream.echo, Buffer.of(7)))
      await readExactly(stream, 1)
      close()
      done++
    }
  }
  const lanes = Array.from({ length: inFlight }, (_, number) => lane(number))
  await Promise.race([sleep(after * 1000), ...lanes])
  const before = done
  const started = performance.now()
  until = started + handshakeSeconds * 1000
  await sleep(handshakeSeconds * 1000)
  const perSecond = ((done - before) / (performance.now() - started)) * 1000
  await Promise.all(lanes)
  return { perSecond }
}

/** @param after seconds of the same before it counts */
async function roundTrip({ stream }: BenchConnection, after: number): Promise<{ p50: number; p99: number }> {
  const message = Buffer.alloc(100, 1)
  stream.write(Buffer.of(kindOfStream.echo))
  const times: number[] = []
  const counts = performance.now() + after * 1000
  const until = counts + roundTripSeconds * 1000
  for (let started = performance.now(); started < until; started = performance.now()) {
    stream.write(message)
    await readExactly(stream, message.length)
    if (started >= counts) times.push((performance.now() - started) * 1000)
  }
  return percentiles(times)
}

function percentiles(times: number[]): { p50: number; p99: number } {
  times.sort((a, b) => a - b)
  return { p50: times[times.length >> 1]!, p99: times[Math.floor(times.length * 0.99)]! }
}

async function writeAll(stream: Duplex, octets: Uint8Array): Promise<void> {
  if (!stream.write(octets)) await once(stream, 'drain')
}

/** The same over a few connections first, one after the other, so that what it runs through is compiled and stays so. */
async function warmed<Result>(
  peer: BenchPeer,
  target: unknown,
  measure: (connection: BenchConnection, seconds: number) => Promise<Result>,
  after: number,
): Promise<Result> {
  for (let lane = 0; lane < warmLanes; lane++) {
    await measure(await peer.connect(target, 'bulk', lane), after / warmLanes)
  }
  return measure(await peer.connect(target, 'bulk', warmLanes), bulkSeconds)
}

async function bulk({ stream }: BenchConnection, seconds: number): Promise<{ megabytesPerSecond: number }> {
  const chunk = Buffer.alloc(65_536, 5)
  stream.write(Buffer.of(kindOfStream.sink))
  let octets = 0
  const started = performance.now()
  while (performance.now() - started < seconds * 1000) {
    await writeAll(stream, chunk)
    octets += chunk.length
  }
  stream.end()
  const arrived = (await readExactly(stream, 8)).readDoubleBE()
  if (arrived !== octets) throw new Error(`${octets} octets were sent, ${arrived} arrived`)
  return { megabytesPerSecond: octets / (performance.now() - started) / 1000 }
}

async function frames({ stream }: BenchConnection, seconds: number): Promise<{ perSecond: number }> {
  const frame = Buffer.alloc(2 + frameOctets, 5)
  frame.writeUInt16BE(frameOctets)
  stream.write(Buffer.of(kindOfStream.frames))
  let sent = 0
  const started = performance.now()
  while (performance.now() - started < seconds * 1000) {
    for (const end = sent + framesBetweenLooks; sent < end; sent++) {
      if (!stream.write(frame)) await once(stream, 'drain')
    }
  }
  stream.end()
  const arrived = (await readExactly(stream, 8)).readDoubleBE()
  if (arrived !== sent) throw new Error(`${sent} messages were sent, ${arrived} arrived`)
  return { perSecond: (sent / (performance.now() - started)) * 1000 }
}

async function serverMemory(peer: BenchPeer, target: unknown): Promise<number> {
  const { stream, close } = await peer.connect(target, 'idle', warmConnections + idleConnections)
  stream.write(Buffer.of(kindOfStream.memory))
  const rss = (await readExactly(stream, 8)).readDoubleBE()
  close()
  return rss
}

/** Connections of the lanes `from` to `to`, 20 at a time, each with a stream on which an octet came back; they stay. */
async function openAtRest(peer: BenchPeer, target: unknown, from: number, to: number): Promise<void> {
  for (let lane = from; lane < to; lane += 20) {
    const some = await Promise.all(Array.from({ length: 20 }, (_, index) => peer.connect(target, 'idle', lane + index)))
    for (const { stream } of some) {
      stream.write(sum(kindOfStream.echo, Buffer.of(1)))
      await readExactly(stream, 1)
    }
  }
  await sleep(1500)
  globalThis.gc?.()
}

async function idle(peer: BenchPeer, target: unknown): Promise<Readonly<Record<string, number>>> {
  await openAtRest(peer, target, 0, warmConnections)
  const before = { client: process.memoryUsage().rss, server: await serverMemory(peer, target) }
  await openAtRest(peer, target, warmConnections, warmConnections + idleConnections)
  const after = { client: process.memoryUsage().rss, server: await serverMemory(peer, target) }
  const kibibytes = (octets: number): number => octets / 1024 / idleConnections
  return { client: kibibytes(after.client - before.client), server: kibibytes(after.server - before.server) }
}

/** A message of 100 octets each 10 ms, there and back, while bulk takes all that there is. */
async function control(connection: BenchConnection): Promise<{ p50: number; p99: number }> {
  const { stream: mixed, open } = connection
  const times: number[] = []
  const over = new AbortController()
  const pump = async (stream: Duplex, chunk: Buffer): Promise<void> => {
    while (!over.signal.aborted) await writeAll(stream, chunk)
  }
  const frame = (kind: number, length: number): Buffer => {
    const octets = Buffer.alloc(mixedHeader + length)
    octets.writeUInt32BE(length)
    octets[0] = kind
    return octets
  }
  const small = open === undefined ? mixed : open('control')
  const large = open === undefined ? mixed : open('bulk')
  small.write(Buffer.of(kindOfStream.mixed))
  if (large !== small) large.write(Buffer.of(kindOfStream.mixed))
  void pump(large, frame(2, 16_384))
  await sleep(2000) // the link is full
  for (let index = 0; index < 400; index++) {
    const started = performance.now()
    small.write(frame(1, 100))
    await readExactly(small, mixedHeader + 100)
    times.push(performance.now() - started)
    await sleep(10)
  }
  over.abort()
  return percentiles(times)
}

export const tests: Readonly<Record<string, Test>> = {
  full: (peer, target) => handshakes(peer, target, 'full', warmSeconds),
  earlyFull: (peer, target) => handshakes(peer, target, 'full', earlySeconds),
  resumed: (peer, target) => handshakes(peer, target, 'resumed', warmSeconds),
  earlyResumed: (peer, target) => handshakes(peer, target, 'resumed', earlySeconds),
  roundTrip: async (peer, target) => roundTrip(await peer.connect(target, 'full', 0), warmSeconds),
  earlyRoundTrip: async (peer, target) => roundTrip(await peer.connect(target, 'full', 0), earlySeconds),
  bulk: (peer, target) => warmed(peer, target, bulk, warmSeconds),
  earlyBulk: (peer, target) => warmed(peer, target, bulk, earlySeconds),
  frames: (peer, target) => warmed(peer, target, frames, earlySeconds),
  idle,
  control: async (peer, target) => control(await peer.connect(target, 'full', 0)),
}
