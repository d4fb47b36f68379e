/** Traffic by agent, role and fleet: flows joined with who held their addresses and ports at the time. @module */
import { rateOf, windowOf } from '@vagus/analytics'
import { apiVersion, type FlowTop } from '@vagus/api'
import type { AgentFlows, AgentGroup, AgentTraffic } from '@vagus/api/whois'
import type { AgentId } from '@vagus/identity'
import { type AttributionResult, maxHoldings, severalHolders } from '@vagus/store'
import { ratedPart, recordLagOf, type Span, storedSpanOf, type View } from '../domain/view.ts'
import type { AgentFlowsRequest } from '../http/backend.ts'
import { storedCoverage } from '../resources/coverage.ts'
import { keptText, windowText } from '../resources/windows.ts'
import type { CarriedHistory } from './carried-history.ts'
import { strengthOf } from './holding.ts'
import type { HoldingBook } from './holding-book.ts'
import { protocolNumbers } from './place.ts'

/** What groups agents. */
export interface Grouping {
  readonly nameOf: (id: AgentId) => string | undefined
  /** Of a roster here, else the one that it claims. */
  readonly rolesOf: (id: AgentId) => readonly string[]
  /** Name or id of its owner. */
  readonly fleetOf: (id: AgentId) => string | undefined
}

interface Attributed extends AttributionResult {
  /** `agents[n - 1]` is holder n. */
  readonly agents: readonly AgentId[]
  readonly leftOut: number
}

async function attribute(view: View, book: HoldingBook, span: Span, beside?: AgentId): Promise<Attributed> {
  const { holdings, leftOut } = book.between(span.from, span.to, maxHoldings, beside)
  const agents = [...new Set(holdings.map(({ agent }) => agent))]
  const numbers = new Map(agents.map((agent, index) => [agent, index + 1]))
  const answer = await view.store.attribution({
    ...span,
    holdings: holdings.map((holding) => ({
      holder: numbers.get(holding.agent)!, // sound: made from the same list
      address: holding.place.address,
      port: holding.place.port,
      protocol: holding.place.protocol && protocolNumbers[holding.place.protocol],
      from: Math.trunc(holding.from),
      to: Math.trunc(holding.to ?? span.to + 1),
      strength: strengthOf(holding),
    })),
  })
  return { ...answer, agents, leftOut }
}

interface Sum {
  readonly key: string
  readonly id: AgentId | null
  sent: number
  received: number
  octets: number
  flows: number
}

export async function agentFlowsOf(
  view: View,
  book: HoldingBook,
  grouping: Grouping,
  { by, n, window }: AgentFlowsRequest,
): Promise<AgentFlows> {
  const span = await storedSpanOf(view, window)
  const answer = await attribute(view, book, span)
  const { from, to } = ratedPart(view, answer, span)
  const rated = windowOf(from, to)
  const { total, rest } = answer
  const { sums, attributed, ambiguous } = grouped(answer, by, grouping)
  const items = [...sums.values()].sort((a, b) => b.octets - a.octets || (a.key < b.key ? -1 : 1))
  const shareOf = (octets: number): number => (total.octets > 0 ? octets / total.octets : 0)
  const part = (octets: number) => ({ octets, share: shareOf(octets) })
  return {
    apiVersion,
    kind: 'AgentFlows',
    window: windowText(rated),
    ...keptText(answer.keptSince),
    by,
    coverage: await storedCoverage(view, from, to),
    total: { octets: total.octets, flows: total.flows, bitsPerSecond: rateOf(total.octets, rated) },
    attributed: part(attributed + rest.octets),
    ambiguous: part(ambiguous),
    items: items.slice(0, n).map((sum) => ({
      ...sum,
      bitsPerSecond: rateOf(sum.octets, rated),
      share: shareOf(sum.octets),
    })),
    more: Math.max(0, items.length - n),
    leftOut: answer.leftOut,
  }
}

function grouped({ pairs, agents }: Attributed, by: AgentGroup, grouping: Grouping) {
  const keysOf = agents.map((id) => groupsOf(id, by, grouping))
  const groupsAt = (end: number | undefined): readonly Group[] => (end === undefined ? [] : (keysOf[end - 1] ?? []))
  const sums = new Map<string, Sum>()
  let [attributed, ambiguous] = [0, 0]
  for (const { src, dst, octets, flows } of pairs) {
    const isKnown = [src, dst].some((end) => end !== undefined && end !== severalHolders)
    if (isKnown) attributed += octets
    else ambiguous += octets
    const [from, to] = [groupsAt(src), groupsAt(dst)]
    const toKeys = new Set(to.map(({ key }) => key))
    const fromKeys = new Set(from.map(({ key }) => key))
    for (const { key, id } of [...from, ...to.filter((one) => !fromKeys.has(one.key))]) {
      const sum = sums.get(key) ?? { key, id, sent: 0, received: 0, octets: 0, flows: 0 }
      sums.set(key, sum)
      sum.octets += octets
      sum.flows += flows
      if (fromKeys.has(key)) sum.sent += octets
      if (toKeys.has(key)) sum.received += octets
    }
  }
  return { sums, attributed, ambiguous }
}

interface Group {
  readonly key: string
  readonly id: AgentId | null
}

function groupsOf(id: AgentId, by: AgentGroup, { nameOf, rolesOf, fleetOf }: Grouping): readonly Group[] {
  if (by === 'agent') return [{ key: nameOf(id) ?? id, id }]
  if (by === 'fleet') return [{ key: fleetOf(id) ?? 'no fleet', id: null }]
  const roles = rolesOf(id)
  return (roles.length === 0 ? ['no role'] : roles).map((key) => ({ key, id: null }))
}

/** Milliseconds between the end of a window and its last record in the store, for which a side-car's count must wait. */
const slack = 2000

/** What flows saw of one agent, beside what its side-car counts over the same time. @param milliseconds of the window */
export async function agentTrafficOf(
  view: View,
  { book, carried }: { readonly book: HoldingBook; readonly carried: CarriedHistory },
  agent: AgentTraffic['agent'],
  milliseconds: number,
): Promise<AgentTraffic> {
  const counted = carried.over(agent.id, milliseconds, view.now() - recordLagOf(view) - slack)
  const window =
    counted === undefined
      ? { milliseconds, to: undefined }
      : { milliseconds: counted.to - counted.from, to: counted.to }
  const span = await storedSpanOf(view, window)
  const answer = await attribute(view, book, span, agent.id)
  const number = answer.agents.indexOf(agent.id) + 1
  const octets = (end: 'src' | 'dst'): number =>
    answer.pairs.reduce((sum, pair) => sum + (number > 0 && pair[end] === number ? pair.octets : 0), 0)
  const { from, to } = ratedPart(view, answer, span)
  const rated = windowOf(from, to)
  const direction = (sum: number) => ({ octets: Math.round(sum), bitsPerSecond: rateOf(sum, rated) })
  const flows = { sent: octets('src'), received: octets('dst') }
  const total = (counted?.sent ?? 0) + (counted?.received ?? 0)
  return {
    apiVersion,
    kind: 'AgentTraffic',
    agent,
    window: windowText(rated),
    coverage: await storedCoverage(view, from, to),
    flows: { sent: direction(flows.sent), received: direction(flows.received) },
    sideCar: counted === undefined ? null : { sent: direction(counted.sent), received: direction(counted.received) },
    seen: total === 0 ? null : (flows.sent + flows.received) / total,
  }
}

/** With the agents that held the addresses of its items within its window; of the port where the items have one. */
export function marked(top: FlowTop, book: HoldingBook, nameOf: Grouping['nameOf']): FlowTop {
  if (!top.by.includes('src') && !top.by.includes('dst')) return top
  const [from, to] = [Date.parse(top.window.from), Date.parse(top.window.to)]
  const markOf = (address: string | undefined, port: string | undefined) => {
    if (address === undefined) return undefined
    const agents = [...book.during(address, from, to, /^\d+$/.test(port ?? '') ? Number(port) : undefined)]
    if (agents.length === 0) return undefined
    const [id] = agents as [AgentId] // sound: as just checked
    return agents.length === 1 ? { name: nameOf(id) ?? id, id } : { name: `${agents.length} agents`, id: null }
  }
  const items = top.items.map((item) => {
    const { src, dst, srcPort, dstPort } = item.key
    const marks = { src: markOf(src, srcPort), dst: markOf(dst, dstPort) }
    const known = Object.fromEntries(Object.entries(marks).filter(([, mark]) => mark !== undefined))
    return Object.keys(known).length === 0 ? item : { ...item, agents: known }
  })
  return { ...top, items }
}
