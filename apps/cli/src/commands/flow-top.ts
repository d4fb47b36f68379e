/** `vagus flow top`: the largest flows, grouped by any dimensions. @module */
import { dimensions, type FlowTop, maxTopItems } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import { type AgentFlows, type AgentGroup, agentGroups } from '@vagus/api/whois'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure, orSay } from '../failure.ts'
import { countOf, countText, octetsText, rateText, shareText } from '../format.ts'
import { type Cell, type Column, table } from '../table.ts'
import { footText, keptLine } from '../window.ts'
import { agentFlowsText } from '../whois/agent-flows-text.ts'
import { windowOptions, windowQuery } from '../window-options.ts'

export const command = defineCommand({
  name: 'flow top',
  summary: 'the largest flows, grouped as you like',
  effect: 'ro',
  examples: [
    { line: 'vagus flow top', does: 'the largest pairs of addresses' },
    { line: 'vagus flow top --by application,version', does: 'applications, IPv4 and IPv6 apart' },
    { line: 'vagus flow top --by srcSite,dstSite -n 5 --last 1h', does: 'the five largest site pairs of an hour' },
    { line: "vagus flow top --from '2026-11-27 03:00' --to '2026-11-27 03:10'", does: 'ten minutes of one night' },
    { line: 'vagus flow top --by agent', does: 'which agents send and receive most; also by role and fleet' },
    { line: "vagus flow top --by dst --filter 'src=10.1.0.0/16'", does: 'the destinations of one prefix' },
    { line: "vagus flow top --filter 'host=10.1.0.1,port=80,port=443'", does: 'web traffic from and to a host' },
    {
      line: 'vagus flow top --by src,dst,srcPort,dstPort,protocol --filter host=10.1.0.9 --last 1h',
      does: 'the flows of one host',
    },
  ],
  options: {
    by: {
      type: 'words',
      value: 'DIMS',
      choices: [...dimensions, ...agentGroups],
      default: ['src', 'dst'],
      description: 'up to five, separated by commas; agent, role and fleet alone',
    },
    n: { type: 'count', short: 'n', value: 'COUNT', min: 1, max: maxTopItems, default: 20, description: 'how many' },
    ...windowOptions('5m'),
    filter: {
      type: 'text',
      value: 'TERMS',
      description:
        'dimension=value or dimension!=value, separated by commas; named twice, either value will do. src, dst and host (either end) take prefixes; ports (port: either end), AS and interface numbers take ranges such as 443-445; tos is the whole octet, dscp=46 is tos=184-187',
    },
    ...viewOptions,
  },
  run: (call) => {
    const { by, n, filter } = call.values
    const window = windowQuery(call.values)
    const group = agentGroupOf(by, filter)
    if (group !== undefined) return agentFlows(call, { by: group, n, ...window })
    return view<FlowTop>(call, {
      ask: (client) =>
        client
          .get<FlowTop>('FlowTop', '/v1/flows/top', { by: by.join(','), n, ...window, filter })
          .catch(
            orSay('dimensions: vagus flow top --help · sites: vagus matrix · devices: vagus device ls', 'vagus doctor'),
          ),
      show: flowTopText,
      next: ({ items }) =>
        items.length > 0
          ? 'vagus flow top --by application · vagus matrix'
          : filter === undefined
            ? 'vagus doctor   (no flows in this time)'
            : 'vagus flow top   (no flow matches the filter)',
    })
  },
})

/** @throws {Failure} usage: it is not alone, or there is a filter */
function agentGroupOf(by: readonly string[], filter: string | undefined): AgentGroup | undefined {
  const group = agentGroups.find((one) => by.includes(one))
  if (group === undefined) return undefined
  if (by.length > 1)
    throw new Failure(exitCode.usage, `--by ${group} stands alone, got ${by.join(',')}`, `vagus flow top --by ${group}`)
  if (filter !== undefined)
    throw new Failure(exitCode.usage, `--filter cannot be combined with --by ${group}`, `vagus flow top --by ${group}`)
  return group
}

const agentFlows = (
  call: Parameters<typeof view>[0],
  query: { readonly by: AgentGroup; readonly n: number } & ReturnType<typeof windowQuery>,
) =>
  view<AgentFlows>(call, {
    ask: (client) => client.get<AgentFlows>('AgentFlows', '/v1/flows/agents', query).catch(orSay('', 'vagus doctor')),
    show: agentFlowsText,
    next: ({ items }) => (items.length > 0 ? `vagus whois ${items[0]!.id ?? 'NAME'}` : 'vagus agent ls · vagus doctor'),
  })

export const heads: Readonly<Partial<Record<FlowTop['by'][number], string>>> = {
  srcPort: 'SPORT',
  dstPort: 'DPORT',
  protocol: 'PROTO',
  application: 'APPLICATION',
  srcSite: 'SRC SITE',
  dstSite: 'DST SITE',
  inIf: 'IN IF',
  outIf: 'OUT IF',
  srcAs: 'SRC AS',
  dstAs: 'DST AS',
  version: 'IP',
}
/** A name or address cut shorter than this says nothing. */
const shortestKey = 9
/** Eight groups of four digits. */
const longestAddress = 39
const numbers = new Set<string>(['srcPort', 'dstPort', 'srcAs', 'dstAs', 'version', 'tos'])

/** The table with its total and window; the error column only where counts are estimates. */
export function flowTopText(top: FlowTop, { columns, paint, detail }: Canvas): string {
  const wide = detail === 'wide'
  const estimated = top.method === 'space-saving'
  const figures: Column[] = [
    { head: 'RATE', align: 'right' },
    { head: 'SHARE', align: 'right', leaves: 4 },
    { head: 'OCTETS', align: 'right', leaves: 3 },
    // The error of the octets: it says nothing without them, so it is dropped first.
    ...(estimated ? [{ head: '±', align: 'right', leaves: 2 } as const] : []),
    ...(wide ? [{ head: 'PACKETS', align: 'right', leaves: 1 } as const] : []),
    { head: 'FLOWS', align: 'right', leaves: 1 },
  ]
  const keys = top.by.map((dimension): Column => ({
    head: heads[dimension] ?? dimension.toUpperCase(),
    align: numbers.has(dimension) ? 'right' : 'left',
    shrink: shortestKey,
    // A cut address says nothing: every other figure is dropped first.
    ...(dimension === 'src' || dimension === 'dst' ? { prefers: longestAddress } : {}),
  }))
  const marks = (['src', 'dst'] as const).filter((end) => top.items.some(({ agents }) => agents?.[end] !== undefined))
  const agents = marks.map((end): Column => ({
    head: `${end.toUpperCase()} AGENT`,
    align: 'left',
    shrink: 8,
    leaves: 4,
  }))
  const rows = top.items.map((item): Cell[] => [
    ...top.by.map((dimension) => item.key[dimension] ?? ''),
    ...marks.map((end) => nameOf(item.agents?.[end])),
    rateText(item.bitsPerSecond),
    shareText(item.share),
    octetsText(item.octets),
    ...(estimated ? [octetsText(item.error)] : []),
    ...(wide ? [countText(item.packets)] : []),
    countText(item.flows),
  ])
  const { total } = top
  const method = estimated ? 'estimated' : 'exact'
  const facts = [`all ${rateText(total.bitsPerSecond)}`, countOf(total.flows, 'flow'), method]
  const { keptSince, window } = top
  const foot = footText(window, top.coverage, facts, columns)
  const body =
    rows.length === 0 ? 'no flows in this time' : table([...keys, ...agents, ...figures], rows, columns, paint.strong)
  const kept = keptSince === undefined ? [] : [paint.warn(keptLine(keptSince, window.to))]
  return [body, paint.faint(foot), ...kept].join('\n')
}

/** Empty where no agent is known at the address. */
function nameOf(mark: NonNullable<FlowTop['items'][number]['agents']>['src']): string {
  if (mark === undefined) return ''
  return mark.name === mark.id ? shortId(mark.id) : mark.name
}
