/** What is known of the NATs between two agents, and why there is no direct path through them. Pure. @module */
import type { Session } from '@vagus/api'

export type Traversal = NonNullable<Session['traversal']>

/** By mapping, in the terms of RFC 4787 §4.1. */
const mappings: Readonly<Record<string, string>> = {
  none: 'no NAT',
  'endpoint-independent': 'a NAT with one port for all (endpoint-independent mapping)',
  'address-dependent': 'a NAT with another port for each address (address-dependent mapping)',
  'address-and-port-dependent': 'a NAT with another port for each destination (address and port-dependent mapping)',
  unknown: 'a NAT whose mapping is not known: its relay listens on one UDP port only',
  blocked: 'UDP does not get out',
}

/** `behind no NAT`. */
export const mappingText = (kind: string | null): string => (kind === null ? 'not known' : (mappings[kind] ?? kind))

interface Names {
  /** The agent that tells it, and the other. */
  readonly own: string
  readonly peer: string
}

const reasons: Readonly<Record<string, (names: Names) => string>> = {
  'own-blocked': ({ own }) =>
    `UDP does not get out where ${own} is: no relay received a datagram of it. A firewall must let UDP out, to any port`,
  'peer-blocked': ({ peer }) =>
    `UDP does not get out where ${peer} is: no relay received a datagram of it. A firewall must let UDP out, to any port`,
  'both-dependent': ({ own, peer }) =>
    `the NATs of both ${own} and ${peer} map each destination to another port, so that neither knows where to send. A forwarded port at one of them helps: --listen udp://0.0.0.0:PORT --reached-at udp://PUBLIC:PORT`,
  'no-hairpin': ({ own, peer }) =>
    `${own} and ${peer} are behind the same NAT, which lets nothing from inside come back in (no hairpinning), and neither reaches the other within`,
  'search-failed': () =>
    'one NAT maps each destination to another port, and a search of 1,200 ports found none. It is tried again later; a forwarded port helps: --reached-at udp://PUBLIC:PORT',
  'search-limited': () =>
    'one NAT maps each destination to another port, whose search was made less than ten minutes ago, or is made for another agent now',
  'no-answer': () =>
    'both sent to where relays see the other, and nothing arrived: a firewall drops what it has not asked for, even after an answer. It is tried again later',
  'no-observer': ({ own }) =>
    `no relay tells ${own} from which address it is seen: its relay is older, or reached at loopback only`,
  'no-reply': ({ peer }) => `${peer} does not take part in the search for a direct path: it is older, or has no relay`,
  'no-room': () => 'the session has its eight paths already',
}

/** The same in a few words, for a table. */
const words: Readonly<Record<string, string>> = {
  'own-blocked': 'no UDP gets out here',
  'peer-blocked': 'no UDP gets out there',
  'both-dependent': 'both NATs map each destination anew',
  'no-hairpin': 'the same NAT, without hairpinning',
  'search-failed': 'no port of 1,200 answered',
  'search-limited': 'another search was less than ten minutes ago',
  'no-answer': 'nothing arrived from the other',
  'no-observer': 'no relay tells where it is seen from',
  'no-reply': 'the other takes no part',
  'no-room': 'eight paths already',
}

/** Of a reason that is not known, its name. */
export const reasonWords = (why: string): string => words[why] ?? why

/** Why it has failed, or that it goes on. */
export function traversalReason({ state, why }: Traversal, names: Names): string {
  if (state === 'trying') return 'a way through the NATs is looked for now'
  if (state === 'open') return 'a way through the NATs was found, and is no longer alive'
  return why === null
    ? 'no way through the NATs was found'
    : (reasons[why]?.(names) ?? `no way through the NATs: ${why}`)
}

/** In few words, for a table. */
export function traversalWords({ state, own, peer, why }: Traversal): string {
  const kinds = own === null && peer === null ? '' : ` (here ${own ?? 'not known'}, there ${peer ?? 'not known'})`
  return state === 'failed'
    ? `no: ${why === null ? 'not found' : reasonWords(why)}${kinds}`
    : `${state === 'open' ? 'found' : 'looked for'}${kinds}`
}
