/** Lines of configuration that no operator can allow to AI agents by a pattern, and why. @module */
import { isSecret, secretWords } from './secrets.ts'
import { meaningOf, wordsOf } from './words.ts'

const reasons = {
  command: 'it is no line of configuration; leave it out',
  daemon: 'it is about the daemon, its files or its users, which are the operator’s; leave it out',
  origin: 'it would originate a prefix, which AI agents never do; ask the operator',
  policy:
    'it is of the policy of this device agent, which "vagus device policy" installs; use names that do not begin with VAGUS',
  session: 'it is of the session of this device agent, without which nothing could be taken back; leave it out',
  secret: 'it has to do with credentials, which are the operator’s; leave it out',
} as const

/** First words of lines of FRR; `*` is any one. */
const first: Readonly<Record<'command' | 'daemon' | 'origin', readonly string[]>> = {
  command: [
    'do',
    'show',
    'clear',
    'write',
    'copy',
    'configure',
    'terminal',
    'end',
    'exit',
    'quit',
    'find',
    'list',
    'output',
    'enable',
    'disable',
    'ping',
    'traceroute',
    'ssh',
    'telnet',
    'start-shell',
    'watchfrr',
  ],
  daemon: [
    'log',
    'debug',
    'dump',
    'service',
    'banner',
    'hostname',
    'domainname',
    'username',
    'agentx',
    'fpm',
    'bmp',
    'rpki',
    'zebra',
    'frr',
    'line',
    'access-class',
    'match script',
    'allow-external-route-update',
  ],
  origin: [
    'network',
    'redistribute',
    'aggregate-address',
    'summary-address',
    'area * range',
    'route',
    'default-information',
    'ip route',
    'ipv6 route',
    'mpls',
    'ip address',
    'ipv6 address',
    'ip ospf area',
    'ip ospf * area',
    'ipv6 ospf6 area',
    'ip router',
    'ipv6 router',
    'ipv6 nd prefix',
    'bgp network',
    'import',
    'export',
    'rd',
    'advertise',
    'advertise-all-vni',
    'advertise-default-gw',
    'advertise-svi-ip',
    'vni',
    'inject-map',
    'segment-routing',
    'sid',
  ],
}
/** They originate wherever they stand in a line. */
const originating: ReadonlySet<string> = new Set([
  'default-originate',
  'default-information-originate',
  'redistribute',
  'import-check',
])

/**
 * Why a line must neither come nor go; undefined where a pattern may allow it.
 * @param own addresses of the agent with which the router has a session
 */
export function neverProblem(line: string, own: readonly string[]): string | undefined {
  const words = wordsOf(meaningOf(line))
  if (words.some((word) => /^vagus/i.test(word))) return reasons.policy
  if (words.some((word) => own.includes(word.toLowerCase()))) return reasons.session
  if (isSecret(line)) return reasons.secret
  if (words.some((word) => isShortFor(word, secretWords))) return reasons.secret
  for (const kind of ['command', 'daemon', 'origin'] as const) {
    if (first[kind].some((forbidden) => wordsOf(forbidden).every((word, at) => isTakenFor(words[at], word))))
      return reasons[kind]
  }
  return words.some((word) => originating.has(word) || isShortFor(word, originating)) ? reasons.origin : undefined
}

/** FRR takes a word by as many letters as tell it apart. */
const isTakenFor = (typed: string | undefined, word: string): boolean =>
  typed !== undefined && (word === '*' || word.startsWith(typed))

/** Words that begin like a forbidden one, and are none of it. */
const innocent: ReadonlySet<string> = new Set(['area', 'default', 'domain', 'message'])

const isShortFor = (typed: string, words: ReadonlySet<string>): boolean =>
  typed.length > 1 && !innocent.has(typed) && [...words].some((word) => word.startsWith(typed))
