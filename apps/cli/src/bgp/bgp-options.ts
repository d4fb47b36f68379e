/** Options of all commands that ask a BGP speaker, and how they show its paths. @module */
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
    description: "device whose agent to ask; not needed when --controller is the agent's socket",
  },
} as const satisfies Options

/** Where to find names that a question to a speaker lacks or misspells. */
export const whoseNames = 'devices (--device DEVICE): vagus device ls · peers of one: vagus bgp peers --device DEVICE'

/** How to find or start an agent that does not answer. */
export const whereAgentIs =
  'where it is: vagus config explain devices.agent · does it run? vagus doctor · how to start it: vagus device --help'

/** Adds what a prefix looks like to a refusal that quotes the prefix; to any other, where the names are. */
export const mistakenOf =
  (prefix: string | undefined, names: string, failed = names) =>
  (error: unknown): never => {
    const isPrefix = error instanceof Failure && prefix !== undefined && error.message.startsWith(`"${prefix}" `)
    return orSay(isPrefix ? 'a prefix is an address and a length: 198.18.0.0/16, 2001:db8::/32' : names, failed)(error)
  }

/** The option again, for the command in a hint. */
export const deviceWords = (device: string | undefined): string => (device === undefined ? '' : ` --device ${device}`)

export const routesOptions = {
  ...deviceOption,
  ipv6: { type: 'flag', short: '6', description: 'IPv6 routes (implied by an IPv6 PREFIX)' },
  match: {
    type: 'text',
    value: 'HOW',
    choices: ['exact', 'inside', 'covering'],
    default: 'exact',
    description: 'with PREFIX: only it, prefixes inside it, or prefixes that cover it',
  },
  limit: { type: 'count', short: 'n', value: 'N', min: 1, max: 10_000, default: 100, description: 'how many routes' },
  after: { type: 'count', value: 'NEXT', min: 0, max: 2 ** 31, description: 'where the previous page ended' },
  ...viewOptions,
} as const satisfies Options

/** The flag, or the prefix itself, selects the family. */
export const familyOf = (
  prefix: string | undefined,
  { ipv6 }: { readonly ipv6: boolean },
): 'ipv4-unicast' | 'ipv6-unicast' => (ipv6 || prefix?.includes(':') === true ? 'ipv6-unicast' : 'ipv4-unicast')

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
