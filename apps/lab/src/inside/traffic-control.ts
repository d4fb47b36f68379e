/**
 * Talks to the traffic generators of a lab.
 * @module
 */
import { LabError } from '../errors.ts'
import type { Surge } from '../lab.ts'
import { labPaths, type LabSpec } from '../spec.ts'
import { askGenerator } from '../traffic/control-socket.ts'
import type { ControlReply, ControlRequest, Stats } from '../traffic/control.ts'
import { controlPath } from '../traffic/generator.ts'

/** Throws `LabError` `usage` when there are no two such sites, or the generator refuses. */
export async function surge(spec: LabSpec, { source, sink, factor, seconds }: Surge): Promise<void> {
  if (source === sink) {
    const others = spec.network.sites.flatMap(({ name }) => (name === source ? [] : [name]))
    throw new LabError(
      'usage',
      `a surge is from one site to another, not from ${source} to itself; there are ${others.join(', ')}`,
    )
  }
  await askSite(spec, source, { command: 'surge', to: siteOf(spec, sink), factor, seconds })
}

/** Counters of every generator so far. */
export async function trafficStats(spec: LabSpec): Promise<readonly Stats[]> {
  const replies = await Promise.all(spec.network.sites.map(({ name }) => askSite(spec, name, { command: 'stats' })))
  return replies.flatMap((reply) => (reply.type === 'stats' ? [reply.stats] : []))
}

async function askSite(spec: LabSpec, site: string, request: ControlRequest): Promise<ControlReply> {
  if (!spec.programs.includes('traffic')) throw new LabError('usage', `lab ${spec.name} runs without traffic`)
  const path = controlPath(labPaths(spec.folder).traffic, siteOf(spec, site))
  return askGenerator(path, request).catch((error: unknown) => {
    if (!(error instanceof LabError) || error.code !== 'usage') throw error
    throw new LabError('usage', `the traffic of ${site} refused: ${error.message}`, { cause: error })
  })
}

function siteOf({ network: { sites } }: LabSpec, wanted: string): string {
  if (sites.some(({ name }) => name === wanted)) return wanted
  throw new LabError('usage', `no site "${wanted}"; there are ${sites.map(({ name }) => name).join(', ')}`)
}
