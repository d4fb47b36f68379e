/**
 * Secure channels between two processes, against node:tls 1.3 (mutual, X25519MLKEM768), @hyperswarm/secret-stream and
 * js-libp2p (Noise, yamux) in the same run. The npm forms are compared; natives in Rust or Go are faster than these.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { Row } from '../scripts/bench.ts'
import { needs } from '../scripts/needs.ts'
import { type Place, type Result, run } from './channel/run.ts'

type Progress = (line: string) => void

const peers = { tls: './tls.ts', 'secret-stream': './peers/secret-stream.mjs', libp2p: './peers/libp2p.mjs' } as const
type PeerName = keyof typeof peers

interface Measure {
  readonly claim: string
  readonly test: string
  readonly unit: string
  readonly figure: (result: Result) => number
  /** The first is the one that the ratio is to; the others stand in the note. */
  readonly against: readonly [PeerName, ...PeerName[]]
  readonly better: 'more' | 'less'
  readonly aim: string
  readonly place?: Place
  /** Of Node, for both sides of each system. */
  readonly flags?: readonly string[]
}

const everyone: readonly [PeerName, ...PeerName[]] = ['tls', 'secret-stream', 'libp2p']
const perSecond = (result: Result): number => result['perSecond']!

const measures: readonly Measure[] = [
  {
    claim: 'connect, prove both sides, a stream, an octet there and back; 64 in flight, after 20 s of it',
    test: 'full',
    unit: 'connections/s',
    figure: perSecond,
    against: everyone,
    better: 'more',
    aim: '>= 2x tls, then 4x',
  },
  {
    claim: 'connections after 2.5 s, while V8 compiles',
    test: 'earlyFull',
    unit: 'connections/s',
    figure: perSecond,
    against: everyone,
    better: 'more',
    aim: 'none of its own',
  },
  {
    claim: 'resumed connections, after 20 s of it',
    test: 'resumed',
    unit: 'connections/s',
    figure: perSecond,
    against: ['tls'],
    better: 'more',
    aim: '>= 8x tls resumed',
  },
  {
    claim: 'resumed connections after 2.5 s, while V8 compiles',
    test: 'earlyResumed',
    unit: 'connections/s',
    figure: perSecond,
    against: ['tls'],
    better: 'more',
    aim: 'none of its own',
  },
  {
    claim: 'round trip of 100 octets, p50, after 20 s of them',
    test: 'roundTrip',
    unit: 'µs',
    figure: (result) => result['p50']!,
    against: everyone,
    better: 'less',
    aim: '<= 1.2x tls, a ratio of 0.83',
  },
  {
    claim: 'the round trip after 2.5 s, while V8 compiles',
    test: 'earlyRoundTrip',
    unit: 'µs',
    figure: (result) => result['p50']!,
    against: everyone,
    better: 'less',
    aim: 'none of its own',
  },
  {
    claim: 'bulk in one direction, 64 KiB writes, over TCP, after 20 s of it',
    test: 'bulk',
    unit: 'MB/s',
    figure: (result) => result['megabytesPerSecond']!,
    against: everyone,
    better: 'more',
    aim: '>= 0.9x tls',
  },
  {
    claim: 'bulk after 2.5 s, while V8 compiles',
    test: 'earlyBulk',
    unit: 'MB/s',
    figure: (result) => result['megabytesPerSecond']!,
    against: everyone,
    better: 'more',
    aim: 'none of its own',
  },
  {
    claim: 'messages of 256 octets, framed, one write each',
    test: 'frames',
    unit: 'messages/s',
    figure: perSecond,
    against: everyone,
    better: 'more',
    aim: 'ours >= 1.5 M/s',
  },
  {
    claim: 'memory of an idle connection between 48 agents and 34, both ends',
    test: 'idle',
    unit: 'KiB',
    figure: (result) => result['client']! + result['server']!,
    against: everyone,
    better: 'less',
    aim: 'ours <= 30 KiB, then 8',
    // What a process takes once for its newest objects, up to 100 MiB of it, is not what a connection takes.
    flags: ['--max-semi-space-size=1'],
  },
  {
    claim: 'a message of 100 octets there and back while bulk saturates 50 Mbit/s, p99',
    test: 'control',
    unit: 'ms',
    figure: (result) => result['p99']!,
    against: ['tls'],
    better: 'less',
    aim: '>= 20x lower than one tls connection with both',
    place: { rate: '50mbit' },
  },
]

export async function measure(progress: Progress): Promise<readonly Row[]> {
  install(progress)
  const [load = 0] = loadavg()
  if (load > 0.5) progress(`other programs run (load ${load.toFixed(1)}): figures are too low, ratios uncertain`)
  const rows: Row[] = []
  for (const each of measures) {
    const missing = each.place === undefined ? false : needs('netns')
    if (missing === false) rows.push(await rowOf(each, progress))
    else progress(`${each.claim}: ${missing}`)
  }
  return rows
}

async function rowOf(
  { claim, test, unit, figure, against, better, aim, place, flags }: Measure,
  progress: Progress,
): Promise<Row> {
  const ours = await figureOf('./vagus.ts', test, figure, { place, flags })
  const others = new Map<PeerName, number | string>()
  for (const name of against) others.set(name, await figureOf(peers[name], test, figure, { place, flags }))
  const peer = others.get(against[0])!
  const [us, them] = [Number(ours), Number(peer)]
  const ratio = Number.isFinite(us) && Number.isFinite(them) ? (better === 'more' ? us / them : them / us) : null
  const said = [...others].map(([name, value]) => `${name} ${typeof value === 'string' ? value : value.toPrecision(4)}`)
  const note = `peers: ${said.join(', ')}${typeof ours === 'string' ? `; ours ${ours}` : ''}`
  progress(`${claim}: ours ${typeof ours === 'string' ? ours : ours.toPrecision(4)}, ${said.join(', ')}`)
  return { claim, unit, ours: us, peer: Number.isFinite(them) ? them : null, ratio, aim, note }
}

/** The figure; or why there is none. */
async function figureOf(
  module: string,
  test: string,
  figure: (result: Result) => number,
  how: Parameters<typeof run>[2],
): Promise<number | string> {
  try {
    return figure(await run(module, test, how))
  } catch (error) {
    return `failed: ${(error as Error).message}`
  }
}

/** The peers have a lock file of their own, so that nobody else waits for their 130 packages. */
function install(progress: Progress): void {
  const folder = join(import.meta.dirname, 'channel/peers')
  if (existsSync(`${folder}/node_modules`)) return
  progress('installing the peers')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error(`npm ci in bench/channel/peers ended with ${String(status)}`)
}
