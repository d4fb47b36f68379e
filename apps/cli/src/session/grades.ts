/** Kinds of paths between two agents, best first, and the order in which addresses of a document are tried. @module */
import type { SessionPath } from '@vagus/api'
import type { Locator } from '@vagus/identity'

export const grades = [
  { name: 'udp', kinds: ['udp'], schemes: ['udp'], words: 'directly, over UDP', addresses: 'udp' },
  { name: 'tcp', kinds: ['tcp', 'ws'], schemes: ['tcp', 'ws', 'wss'], words: 'over TCP', addresses: 'tcp, ws or wss' },
  { name: 'relay', kinds: ['relay'], schemes: ['relay'], words: 'through a relay', addresses: 'relay' },
] as const satisfies readonly {
  readonly name: string
  readonly kinds: readonly SessionPath['kind'][]
  readonly schemes: readonly string[]
  readonly words: string
  readonly addresses: string
}[]
export type Grade = (typeof grades)[number]

const order: readonly string[] = grades.flatMap(({ schemes }) => schemes)
const schemeOf = (address: string): string => address.split('://')[0]!

/** The addresses that an agent tries, in order: the valid ones, else all; datagrams first, relays last. */
export function triedAddresses(
  locators: readonly Locator[],
  now: number,
): { readonly addresses: readonly string[]; readonly hold: boolean } {
  const live = locators.filter(({ exp }) => now < exp * 1000).flatMap(({ addresses }) => addresses)
  const all = live.length > 0 ? live : locators.flatMap(({ addresses }) => addresses)
  const known = all.filter((address) => order.includes(schemeOf(address)))
  const addresses = known.sort((a, b) => order.indexOf(schemeOf(a)) - order.indexOf(schemeOf(b)))
  return { addresses, hold: live.length > 0 }
}

export const isOf = (grade: Grade, address: string): boolean => isIn(grade.schemes, schemeOf(address))
export const hasKind = (grade: Grade, { kind }: SessionPath): boolean => isIn(grade.kinds, kind)

const isIn = (list: readonly string[], word: string): boolean => list.includes(word)
