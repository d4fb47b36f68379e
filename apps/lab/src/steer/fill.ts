/** Fills the link over which everything enters: the neighbour sends two sites so much that the link loses packets. @module */
import { loadavg } from 'node:os'
import { LabError } from '../errors.ts'
import type { LabReference, Surge } from '../lab.ts'
import { labSurge, labTraffic } from '../outside/fault.ts'
import type { BorderEnd } from './border.ts'
import { lossy, stretchOf } from './figures.ts'
import type { ShaperLog } from './shapers.ts'

/** What comes for the link, as share of its capacity. */
const overload = 1.25
/** A machine with other things to do sends less than is asked for: then it is asked for so much more, and so often. */
const raise = 1.6
const attempts = 5
/** Milliseconds after which a surge shows in the counters, which are read once a second, and for how long they are read. */
const showsAfter = 1000
const readFor = 5000
/** A link that carries less than this share of its capacity loses packets of bursts, but is not full. */
const full = 0.95

export type SiteSurge = Omit<Surge, 'seconds'>

/**
 * Surges from `source` to each of `sinks`, alike, on top of what it sends the other sites: together `wanted`. `usual` by
 * site; all in bits per second.
 */
export function surgesOf(
  source: string,
  sinks: readonly string[],
  usual: Readonly<Record<string, number>>,
  wanted: number,
): readonly SiteSurge[] {
  const others = Object.entries(usual)
    .filter(([site]) => !sinks.includes(site))
    .reduce((sum, [, rate]) => sum + rate, 0)
  const each = (wanted - others) / sinks.length
  return sinks.map((sink) => ({ source, sink, factor: Number((each / (usual[sink] ?? each)).toFixed(2)) }))
}

export interface Filling {
  readonly source: string
  readonly sinks: readonly string[]
  readonly seconds: number
  /** Lets so many milliseconds pass. */
  readonly wait: (milliseconds: number) => Promise<void>
}

/** Gives the surges and when they began, milliseconds since 1970. Rejects with `LabError` `failed` when the link does not fill. */
export async function fill(
  { link, capacity }: BorderEnd,
  log: ShaperLog,
  where: LabReference,
  { source, sinks, seconds, wait }: Filling,
): Promise<{ readonly surges: readonly SiteSurge[]; readonly at: number }> {
  const usual = (await labTraffic(where)).find(({ site }) => site === source)?.bitsPerSecond
  if (usual === undefined) throw new LabError('failed', `the traffic of ${source} does not answer`)
  let most = 0
  for (let attempt = 0; attempt < attempts; attempt++) {
    const surges = surgesOf(source, sinks, usual, capacity * overload * raise ** attempt)
    for (const surge of surges) await labSurge({ ...surge, seconds }, where)
    const at = Date.now()
    await wait(showsAfter + readFor)
    const { lost, links } = stretchOf(log, new Map([[link, capacity]]), { from: at + showsAfter, to: Date.now() })
    const mean = links[0]!.mean
    if (mean >= full * capacity && lost >= lossy) return { surges, at }
    most = Math.max(most, mean)
  }
  const sent = `${(most / 1e6).toFixed(1)} of ${capacity / 1e6} Mbit/s`
  throw new LabError(
    'failed',
    `the surge does not fill ${link}, which carried ${sent}: load average ${loadavg()[0]!.toFixed(1)}; try again when this machine has less to do`,
  )
}
