/** How long data take from one site to others: by best effort beside what is sent now, and with a line. Pure. @module */
import { transferTime, timeAt, wayOf, type WayLink, type WayStep } from '@vagus/analytics'
import { apiVersion, type Config, type Link } from '@vagus/api'
import { capacityText, rateText } from '@vagus/api/figures'
import type { LineQuote, LineRequest, LineResource } from '@vagus/api/lines'
import { nearestOf } from '@vagus/api/nearest'
import { maxTransferTargets, type TransferTimes, type TransferTimesQuery } from '@vagus/api/transfers'
import { shownSites } from '../domain/sites.ts'
import { ProblemError, problemOf } from '../http/problem.ts'
import { timeText } from './windows.ts'

export interface TransferView {
  readonly config: Pick<Config, 'sites' | 'devices' | 'links'>
  /** With their loads now, and what agents measured. */
  readonly links: readonly Link[]
  /** Undefined where there are no lines. */
  readonly lines: Lines | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What a question about a line needs. */
interface Lines {
  quote(request: LineRequest): LineQuote
  list(asked: object): { readonly items: readonly Pick<LineResource, 'setUpMs'>[] }
}

type Item = TransferTimes['items'][number]

const usualMetric = 10
/** Of an agent, which tells ten times a second what changes: older, the counters of the last seconds are as good. Seconds. */
const freshest = 10
/** Lines whose set-up is looked at, the newest. */
const maxSetUps = 16

/** @throws {ProblemError} 400 with the sites that there are, or what is wrong with the question */
export function transferTimesOf(view: TransferView, asked: TransferTimesQuery): TransferTimes {
  const { from, octets } = asked
  const targets = asked.to.split(',').map((name) => name.trim())
  const sites = shownSites(view.config).map(({ name }) => name)
  checkSites(sites, from, targets)
  const ways = wayLinks(view)
  return {
    apiVersion,
    kind: 'TransferTimes',
    now: timeText(view.now),
    from,
    octets,
    items: targets.map((to): Item => {
      const way = wayOf(ways, from, to)
      const between = way.filter(({ capacity }) => capacity < Infinity)
      const { milliseconds, room, limit } = transferTime(octets, between)
      return {
        to,
        milliseconds,
        because: way.length === 0 ? `no way leads from ${from} to ${to}` : limitText(limit, room, milliseconds),
        room,
        limit: limit === undefined ? null : limitOf(limit, view.links),
        links: between.map(({ link }) => link),
        line: asked.lineRate === undefined ? null : lineOf(view, { ...asked, to, lineRate: asked.lineRate }),
      }
    }),
  }
}

function checkSites(sites: readonly string[], from: string, targets: readonly string[]): void {
  if (targets.length > maxTransferTargets)
    throw wrong(`"to" names ${targets.length} sites, at most ${maxTransferTargets}`)
  for (const name of [from, ...targets]) {
    if (sites.includes(name)) continue
    const near = nearestOf(name, sites)
    throw wrong(
      `there is no site "${name}"; ${near === undefined ? `there are ${sites.join(', ')}` : `did you mean "${near}"?`}`,
    )
  }
  if (targets.includes(from)) throw wrong(`"from" and "to" are both "${from}"; nothing is sent there`)
}

/** Those of the configuration, and attachments of sites without a link of their own, which limit nothing that is known. */
function wayLinks({ config, links }: TransferView): readonly WayLink[] {
  const now = new Map(links.map((link) => [link.name, link]))
  const sites = new Set(shownSites(config).map(({ name }) => name))
  // No path leads through a site: two of these are longer than all of our own links.
  const inner = config.links.reduce((sum, { metric = usualMetric }) => sum + metric, 1)
  const found = config.links.map(({ name, a, z, capacity, metric = usualMetric }): WayLink => {
    const link = now.get(name)
    const isOuter = sites.has(a.node) || sites.has(z.node)
    const ends = { name, a: a.node, z: z.node, metric: isOuter ? inner : metric }
    if (link === undefined) return { ...ends, capacity, aToZ: null, zToA: null, isUp: true }
    const told = freshOf(link)
    // What the shaper says is less than what was written down, or is not known: 0.
    const real = told === undefined || told.capacity === 0 ? capacity : Math.min(capacity, told.capacity)
    const [aToZ, zToA] = [told?.aToZ ?? link.aToZ.now, told?.zToA ?? link.zToA.now]
    return { ...ends, capacity: real, aToZ, zToA, isUp: link.state !== 'down' }
  })
  const joined = new Set(
    config.links.flatMap(({ a, z }) => [a, z]).map(({ node, interface: port }) => `${node} ${port}`),
  )
  const bare = config.devices.flatMap(({ name, interfaces }) =>
    interfaces.flatMap(({ name: port, site }): readonly WayLink[] => {
      if (site === undefined || !sites.has(site) || joined.has(`${name} ${port}`)) return []
      const free = { capacity: Infinity, aToZ: 0, zToA: 0, isUp: true }
      return [{ name: `${name} ${port}`, a: site, z: name, metric: inner, ...free }]
    }),
  )
  return [...found, ...bare]
}

const freshOf = ({ measured }: Link): Link['measured'] =>
  measured !== undefined && measured.ageSeconds <= freshest ? measured : undefined

function limitOf({ link, direction, capacity, load }: WayStep, links: readonly Link[]): NonNullable<Item['limit']> {
  const found = links.find(({ name }) => name === link)
  return { link, direction, capacity, load, ageSeconds: (found && freshOf(found)?.ageSeconds) ?? null }
}

function limitText(limit: WayStep | undefined, room: number | null, milliseconds: number | null): string {
  if (limit === undefined) return 'no link between them has a known capacity'
  const { link, load, capacity } = limit
  if (room === null) return `the load of ${link} is not known; see /v1/exporters`
  const used = `${rateText(load)} of ${capacityText(capacity)} are used`
  return milliseconds === null ? `${link} is full: ${used}` : `${link} has least room: ${used}`
}

/** For anybody: what an agent may is for `lines.agents`. */
function lineOf(
  { lines }: TransferView,
  { from, to, octets, lineRate }: TransferTimesQuery & { readonly lineRate: number },
): Item['line'] {
  if (lines === undefined)
    return { possible: false, because: 'vagus.yaml has no "lines"', milliseconds: null, setUpMs: null }
  const milliseconds = timeAt(octets, lineRate)
  const seconds = Math.min(86_400, Math.ceil(milliseconds / 1000) + 1)
  const { possible, because } = lines.quote({ from, to, bitsPerSecond: lineRate, for: `${seconds}s` })
  const taken = lines.list({}).items.flatMap(({ setUpMs }) => (setUpMs === null ? [] : [setUpMs]))
  const setUps = taken.slice(0, maxSetUps).sort((one, other) => one - other)
  return {
    possible,
    because,
    milliseconds: possible ? milliseconds : null,
    setUpMs: setUps[setUps.length >> 1] ?? null,
  }
}

const wrong = (problem: string): ProblemError => new ProblemError(problemOf(400, problem))
