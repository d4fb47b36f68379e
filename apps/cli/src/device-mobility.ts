/** Options by which addresses of agents may move to links of a router. @module */
import type { AgentOptions } from '@vagus/device'
import type { Options, ValuesOf } from './option.ts'

export const mobilityOptions = {
  mobile: {
    type: 'text',
    value: 'BLOCK',
    description:
      'attach the addresses of agents in this IPv6 prefix (16 to 64 bits) to links of the router, wherever they move',
  },
  'mobile-links': { type: 'words', value: 'LIST', description: 'interfaces on which hosts may attach' },
  'mobile-agents': {
    type: 'words',
    value: 'LIST',
    description: 'who may: ids, files with the signed roster of a fleet, or "any"',
  },
  'mobile-moves': {
    type: 'count',
    value: 'COUNT',
    min: 1,
    max: 1000,
    description: 'moves of an address within 180 s; then it is held where it is (default 5)',
  },
  'mobile-for': {
    type: 'duration',
    value: 'TIME',
    description: 'lease of an attachment, 2s to 1h (default 30s); hosts renew it after a third',
  },
} as const satisfies Options
type Values = ValuesOf<typeof mobilityOptions>

/** @throws {RangeError} that says what would be right */
export async function mobilityOf(values: Values): Promise<Pick<AgentOptions, 'mobility'>> {
  const {
    mobile: block,
    'mobile-links': links,
    'mobile-agents': agents,
    'mobile-moves': moves,
    'mobile-for': leaseSeconds,
  } = values
  if (block === undefined) {
    const idle = Object.entries({ links, agents, moves, for: leaseSeconds }).find(([, value]) => value !== undefined)
    if (idle !== undefined)
      throw new RangeError(`--mobile-${idle[0]} needs --mobile BLOCK, such as --mobile fd00:77::/48`)
    return {}
  }
  if (links === undefined)
    throw new RangeError('--mobile needs --mobile-links LIST, the interfaces to hosts, such as eth3')
  if (agents === undefined)
    throw new RangeError('--mobile needs --mobile-agents LIST: ids, files with the signed roster of a fleet, or "any"')
  const { mobilityAllowed } = await import('@vagus/device')
  const limits = { ...(moves !== undefined && { moves }), ...(leaseSeconds !== undefined && { leaseSeconds }) }
  return { mobility: mobilityAllowed({ block, links, agents, ...limits }) }
}
