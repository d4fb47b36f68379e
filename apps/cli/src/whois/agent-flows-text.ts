/** Traffic by agent, role or fleet, for people. @module */
import { shortId } from '@vagus/api/agent-id'
import type { AgentFlows, AgentTraffic } from '@vagus/api/whois'
import type { Canvas } from '../controller-options.ts'
import { countOf, countText, octetsText, rateText, shareText } from '../format.ts'
import { type Cell, type Column, table } from '../table.ts'
import { footText, keptLine, spanText } from '../window.ts'
import { wrapped } from '../wrap.ts'

export function agentFlowsText(flows: AgentFlows, { columns, paint }: Canvas): string {
  const { items, by, total, attributed, ambiguous, window, coverage, more, keptSince, leftOut } = flows
  const heads: Column[] = [
    { head: by.toUpperCase(), align: 'left', shrink: 12 },
    { head: 'RATE', align: 'right' },
    { head: 'SHARE', align: 'right', leaves: 4 },
    { head: 'SENT', align: 'right' },
    { head: 'RECEIVED', align: 'right' },
    { head: 'FLOWS', align: 'right', leaves: 1 },
  ]
  const rows = items.map(({ key, id, bitsPerSecond, share, sent, received, flows: count }): Cell[] => [
    key === id ? shortId(key) : key,
    rateText(bitsPerSecond),
    shareText(share),
    octetsText(sent),
    octetsText(received),
    countText(count),
  ])
  const of = [
    `of all ${rateText(total.bitsPerSecond)}, ${shareText(attributed.share)} has an agent at an end`,
    ...(ambiguous.octets > 0 ? [`${shareText(ambiguous.share)} is at an address that several hold`] : []),
    ...(leftOut > 0 ? [`${countOf(leftOut, 'holder')} of addresses left out`] : []),
    ...(more > 0 ? [`${more} more beyond -n`] : []),
  ]
  const body = rows.length === 0 ? 'no traffic of agents in this time' : table(heads, rows, columns, paint.strong)
  const kept = keptSince === undefined ? [] : [paint.warn(keptLine(keptSince, window.to))]
  return [body, paint.faint(footText(window, coverage, of, columns)), ...kept].join('\n')
}

/** What flows saw of an agent, as one line of its facts. */
export function agentTrafficText({ flows, sideCar, seen, window }: AgentTraffic, columns: number): string {
  const way = ({ octets, bitsPerSecond }: AgentTraffic['flows']['sent']): string =>
    `${octetsText(octets)} (${rateText(bitsPerSecond)})`
  const counted =
    sideCar === null
      ? 'its side-car counts nothing yet'
      : `its side-car counts ${octetsText(sideCar.sent.octets)} and ${octetsText(sideCar.received.octets)}${seen === null ? '' : `: flows saw ${shareText(seen)} of it`}`
  const text = `sent ${way(flows.sent)}, received ${way(flows.received)} by flows, ${spanText(window)}; ${counted}`
  return wrapped(text, Math.max(40, columns - 12)).join('\n            ')
}
