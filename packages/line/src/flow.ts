/** What of two sites' packets goes into a line: all, or only those between some prefixes. @module */
import { AddressError, containsPrefix, formatPrefix, parsePrefix, type Prefix } from '@vagus/address'
import type { Attachment } from './network.ts'

/** Packets both ways. Prefixes as routers print them, such as 10.1.0.5/32. */
export interface Flow {
  /** Within the prefixes of the site that the line is ordered from. */
  readonly from: readonly string[]
  /** Within those of the other site. */
  readonly to: readonly string[]
}

/** By name: where a line is ordered from, and where to. */
interface Sites {
  readonly from: string
  readonly to: string
}

/** Why a line between these sites cannot be for that flow alone, without a full stop; undefined where it can. */
export function flowProblem(flow: Flow, sites: Sites, attachments: readonly Attachment[]): string | undefined {
  for (const end of ['from', 'to'] as const) {
    const own = attachments.flatMap(({ site, prefixes }) => (site === sites[end] ? prefixes : []))
    // A site without a router is a refusal that names it, and no matter of prefixes.
    const problem = own.length === 0 ? undefined : prefixProblem(flow[end], sites[end], own)
    if (problem !== undefined) return problem
  }
  const versionsOf = (texts: readonly string[]) => new Set(texts.map((text) => text.includes(':')))
  return versionsOf(flow.from).isDisjointFrom(versionsOf(flow.to))
    ? 'no prefix of "from" has the IP version of one of "to"'
    : undefined
}

function prefixProblem(texts: readonly string[], site: string, own: readonly string[]): string | undefined {
  const outer = own.map(parsePrefix)
  for (const text of texts) {
    const prefix = parsed(text)
    if (typeof prefix === 'string') return prefix
    if (!outer.some((one) => containsPrefix(one, prefix))) return `${text} is within no prefix of ${site}`
  }
  return undefined
}

function parsed(text: string): Prefix | string {
  try {
    const prefix = parsePrefix(text)
    const right = formatPrefix(prefix)
    return right === text ? prefix : `"${text}" must be written as ${right}`
  } catch (error) {
    if (error instanceof AddressError) return error.message
    throw error
  }
}

/** Of a wish. */
interface Wanted extends Sites {
  readonly flow?: Flow
  /** Within, and without. */
  readonly start: number
  readonly end: number
}

/**
 * Whether some packet would be of both, at some time. Two lines of all that two sites send each other are not contested: the
 * newer one has the packets.
 */
export function isContested(one: Wanted, other: Wanted): boolean {
  if (one.flow === undefined && other.flow === undefined) return false
  if (one.start >= other.end || other.start >= one.end) return false
  if (one.from === other.from && one.to === other.to) return doMeet(one.flow, other.flow)
  return one.from === other.to && one.to === other.from && doMeet(one.flow, other.flow && turned(other.flow))
}

const turned = ({ from, to }: Flow): Flow => ({ from: to, to: from })
const doMeet = (one: Flow | undefined, other: Flow | undefined): boolean =>
  one === undefined || other === undefined || (doOverlap(one.from, other.from) && doOverlap(one.to, other.to))

function doOverlap(some: readonly string[], others: readonly string[]): boolean {
  const all = others.map(parsePrefix)
  return some.map(parsePrefix).some((a) => all.some((b) => containsPrefix(a, b) || containsPrefix(b, a)))
}
