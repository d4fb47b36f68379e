/** Options that every question to a BGP speaker has, and how its paths are shown. @module */
import type { BgpPath } from '@vagus/api'
import { type Canvas, viewOptions } from '../controller-options.ts'
import { Failure, orSay } from '../failure.ts'
import { rateText, unknown } from '../format.ts'
import type { Options } from '../option.ts'
import type { Cell, Column } from '../table.ts'

export const deviceOption = {
  device: {
    type: 'text',
    value: 'DEVICE',
    description: 'whose agent is asked; not needed where --controller is its own socket',
  },
} as const satisfies Options

/** Where the names are that a question to a speaker may lack or mistake. */
export const whoseNames = 'devices (--device DEVICE): vagus device ls · peers of one: vagus bgp peers --device DEVICE'

/** Where an agent is that does not answer, or shall be one. */
export const whereAgentIs =
  'where it is: vagus config explain devices.agent · is it there? vagus doctor · how to start it: vagus device --help'

/** What a refusal that quotes the prefix wants; else where the names are. */
export const mistakenOf =
  (prefix: string | undefined, names: string, failed = names) =>
  (error: unknown): never => {
    const isPrefix = error instanceof Failure && prefix !== undefined && error.message.startsWith(`"${prefix}" `)
    return orSay(isPrefix ? 'a prefix is an address and a length: 198.18.0.0/16, 2001:db8::/32' : names, failed)(error)
  }

/** The option once more, for a command that is told as the next. */
export const deviceWords = (device: string | undefined): string => (device === undefined ? '' : ` --device ${device}`)

export const routesOptions = {
  ...deviceOption,
  ipv6: { type: 'flag', short: '6', description: 'IPv6 routes, without a PREFIX that says so' },
  match: {
    type: 'text',
    value: 'HOW',
    choices: ['exact', 'inside', 'covering'],
    default: 'exact',
    description: 'with PREFIX: only it, those inside it, or those that cover it',
  },
  limit: { type: 'count', short: 'n', value: 'N', min: 1, max: 10_000, default: 100, description: 'routes at most' },
  after: { type: 'count', value: 'NEXT', min: 0, max: 2 ** 31, description: 'where the page before ended' },
  ...viewOptions,
} as const satisfies Options

/** A flag, or the prefix itself, says which family is meant. */
export const familyOf = (prefix: string | undefined, flag: boolean): 'ipv4-unicast' | 'ipv6-unicast' =>
  flag || prefix?.includes(':') === true ? 'ipv6-unicast' : 'ipv4-unicast'

export const pathColumns: readonly Column[] = [
  { head: 'NEXT HOP', align: 'left', shrink: 12 },
  { head: 'MED', align: 'right', leaves: 3 },
  { head: 'LOCPREF', align: 'right', leaves: 2 },
  { head: 'AS PATH', align: 'left', shrink: 12 },
]
export const widePathColumns: readonly Column[] = [
  { head: 'BANDWIDTH', align: 'right', leaves: 1 },
  { head: 'COMMUNITIES', align: 'left', shrink: 12 },
]

const originLetter = { igp: 'i', egp: 'e', incomplete: '?' } as const

export function pathCells(path: BgpPath, { paint, detail }: Canvas): Cell[] {
  const { nextHop, med, localPref, asPath, origin, stale, linkBandwidth, communities } = path
  const text = `${asPath === '' ? '' : `${asPath} `}${origin === null ? '' : originLetter[origin]}`
  return [
    nextHop ?? unknown,
    med === null ? unknown : String(med),
    localPref === null ? unknown : String(localPref),
    stale ? { text: `${text} (stale)`, paint: paint.warn } : text,
    ...(detail === 'wide' ? [linkBandwidth === null ? unknown : rateText(linkBandwidth), communities.join(' ')] : []),
  ]
}
