/** The path from one agent to another, as a resource of this command line and as text. @module */
import type { Session, SessionPath } from '@vagus/api'
import { nameOfEnd, placeOf } from '@vagus/api/session-pairs'
import type { Resource } from '../client.ts'
import type { Canvas } from '../controller-options.ts'
import { agoText, durationText, millisecondsText } from '../format.ts'
import { cut } from '../table.ts'
import { wrapped } from '../wrap.ts'
import { grades, hasKind } from './grades.ts'
import { mappingText } from './nat-text.ts'
import { namesIn, radioText, wholeId } from './session-text.ts'
import type { WhyNot } from './why-not.ts'

export interface AgentPath extends Resource {
  readonly kind: 'AgentPath'
  readonly from: { readonly name: string | null; readonly id: string | null }
  /** `id` is null when it is unknown. */
  readonly to: { readonly name: string | null; readonly id: string | null }
  /** Views of the session, that of `from` first; empty: there is none. */
  readonly views: readonly Session[]
  /** The path that carries data now, from the first view that has one; `null`: none. */
  readonly path: SessionPath | null
  readonly whyNot: readonly WhyNot[]
  /** Addresses in the document of `to`, in the order of attempts; `null`: no list has the document. */
  readonly addresses: readonly string[] | null
  /** Whether the addresses are still valid; they are tried anyway. */
  readonly hold: boolean | null
}

const fromText = ({ name, id }: AgentPath['from']): string => name ?? wholeId(id ?? '')

/** A verdict, then a reason for each better kind of path. */
export function agentPathText(found: AgentPath, { columns, paint }: Canvas, now: string): string {
  const { from, to, views, path } = found
  const head = `${paint.strong(fromText(from))} → ${paint.strong(fromText(to))}`
  const [view] = views
  if (view === undefined) return [`${head}: ${paint.warn('no session now')}`, ...attempts(found, columns)].join('\n')
  const since = durationText(Math.max(0, (Date.parse(now) - Date.parse(view.since)) / 1000))
  const told = paint.faint(
    `session of ${since}, reported by ${nameOfEnd(view.agent, wholeId)} ${agoText(view.toldAt, now)}`,
  )
  if (path === null)
    return [`${head}: ${paint.bad('no path carries data now')}`, told, ...whyNotLines(found, columns)].join('\n')
  const grade = grades.find((each) => hasKind(each, path))!
  const isOwn = views.some((each) => each.agent.id !== to.id && each.paths.includes(path))
  const place = placeOf(isOwn || path.kind === 'relay' ? path.remote : path.local, namesIn(views), wholeId)
  const way = path.kind === 'relay' ? cut(place, 24) : `${path.kind} ${place}`
  const words = path.kind === 'ws' ? 'over a WebSocket' : grade.words
  const by = path.proxy === undefined ? '' : `, by the proxy ${path.proxy}`
  const verdict = `${head}: ${paint.good(words)}, ${way}${by}, ${millisecondsText(path.roundTripMs)}`
  const silent =
    view.state === 'silent' && view.moving === undefined ? [paint.warn('silent: an answer is late on every path')] : []
  const radios = views.flatMap(({ agent, radio }) =>
    radio === undefined ? [] : [`radio of ${nameOfEnd(agent, wholeId)}, ${radioText(radio)}`],
  )
  return [verdict, told, ...silent, ...radios, ...natLines(found, columns), ...whyNotLines(found, columns)].join('\n')
}

/** What is between the two, as far as they looked for it. */
function natLines({ views, path }: AgentPath, columns: number): readonly string[] {
  const known = new Map<string, string>()
  const told = [
    ...views.map(({ agent, traversal }) => [agent, traversal?.own] as const),
    ...views.map(({ peer, traversal }) => [peer, traversal?.peer] as const),
  ]
  for (const [end, kind] of told) {
    const name = nameOfEnd(end, wholeId)
    if (kind !== undefined && kind !== null && !known.has(name)) known.set(name, mappingText(kind))
  }
  const seen = path?.mapped === undefined ? [] : [`through a NAT, which shows ${path.local} as ${path.mapped}`]
  const behind = [...known].map(([name, kind]) => `${name}: ${kind}`)
  return [...seen, ...behind].flatMap((line) => indented('', line, columns))
}

function whyNotLines({ whyNot, to }: AgentPath, columns: number): readonly string[] {
  if (whyNot.length === 0) return ['', 'no path is better']
  return grades.flatMap(({ name, words }) => {
    const reasons = whyNot.filter(({ instead }) => instead === name)
    if (reasons.length === 0) return []
    const lines = reasons.map(({ address, reason }) =>
      address === null ? reason.replace('the document', `the document of ${fromText(to)}`) : `${address} ${reason}`,
    )
    return ['', `why not ${words}`, ...lines.flatMap((line) => indented('  ', line, columns))]
  })
}

function attempts({ from, to, addresses, hold }: AgentPath, columns: number): readonly string[] {
  if (addresses === null)
    return indented('', `no controller has the document of ${fromText(to)}, which names its addresses`, columns)
  if (addresses.length === 0)
    return indented(
      '',
      `the document of ${fromText(to)} names no address: it only calls others, or does not listen`,
      columns,
    )
  const kept = hold ? [] : indented('', 'all its addresses have expired: it is probably away', columns)
  const order = `the next call of ${fromText(from)} tries these, one shortly after the other, until one answers:`
  return [...kept, ...indented('', order, columns), ...addresses.map((address, at) => `  ${at + 1}  ${address}`)]
}

/** Wrapped text whose further lines are indented more. */
function indented(start: string, text: string, columns: number): readonly string[] {
  const [first = '', ...more] = wrapped(text, Math.min(columns, 100) - start.length - 2)
  return [`${start}${first}`, ...more.map((line) => `${start}  ${line}`)]
}
