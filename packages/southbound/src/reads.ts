/**
 * Which commands of a router's command line only read: a list of what is allowed, word by word and unabbreviated, because
 * what is forbidden could be said in too many ways. Total.
 * @module
 */
import type { Dialect } from './allowed.ts'
import { lineOf, wordsOf } from './words.ts'
import { pathTextOf, readPath } from './yang/data-path.ts'
import { isSecretName } from './yang/secret-data.ts'

/** Characters of names, addresses, prefixes, communities and regular expressions of AS paths; none ends or joins commands. */
const safe = /^[A-Za-z0-9 ._:,/()[\]^$*+@-]*$/

/** `table`: the answer is as long as a table of routes, which the daemon prints without doing anything else. */
export type Read =
  | { readonly type: 'reads'; readonly command: string; readonly table?: 'bgp' | 'rib' }
  | { readonly type: 'problem'; readonly problem: string }

/** What may follow `show`. What shows credentials, files, or everything at once is missing. */
const frr = [
  'bgp',
  'ip bgp',
  'ip route',
  'ipv6 route',
  'ip fib',
  'ipv6 fib',
  'ip nht',
  'ipv6 nht',
  'nexthop-group',
  'route-map',
  'ip prefix-list',
  'ipv6 prefix-list',
  'ip access-list',
  'ipv6 access-list',
  'mac access-list',
  'interface',
  'vrf',
  'version',
  'daemons',
  'memory',
  'thread',
  'event',
  'debugging',
  'zebra',
  'evpn',
  'mpls',
  'ip ospf',
  'ipv6 ospf6',
  'isis',
  'bfd',
  'vrrp',
  'pbr',
  'ip rip',
  'ipv6 ripng',
  'ip eigrp',
  'babel',
  'segment-routing',
  'ip multicast',
  'ip mroute',
  'ip pim',
  'ip igmp',
  'ip rpf',
  'ipv6 rpf',
  'arp-cache',
  'opennhrp',
  'ip nhrp',
]
const bird = [
  'status',
  'memory',
  'protocols',
  'interfaces',
  'symbols',
  'route',
  'ospf',
  'rip',
  'babel',
  'bfd',
  'static',
]
/** A filter is a program, which may print into BIRD's log. */
const programs: ReadonlySet<string> = new Set(['filter', 'where', 'function', 'eval'])
/** They sit in answers of FRR that would otherwise be allowed. */
const telling: ReadonlySet<string> = new Set(['running-config', 'startup-config', 'tech-support', 'key', 'password'])

export function readOf(dialect: Dialect, text: string): Read {
  if (dialect === 'netconf') return dataRead(text)
  if (/^get(?:-config)? /.test(text))
    return refuse('this router has no data at paths; it is asked by commands, such as "show version"')
  const command = lineOf(text)
  if (command === undefined) return refuse('it is no line of printable ASCII; send one command')
  if (!safe.test(command))
    return refuse(
      'it has characters other than letters, digits, blanks and ._:,/()[]^$*+@-; pipes, "?" and quotes are not taken',
    )
  const [first, ...rest] = wordsOf(command)
  if (first !== 'show') return refuse('only commands that read are taken, unabbreviated, such as "show version"')
  if (dialect === 'gobgp') return goBgpRead(command)
  if (rest.some((word) => telling.has(word)))
    return refuse('it would show credentials; the configuration is read by a request of its own, without them')
  const known = dialect === 'frr' ? frr : bird
  if (!known.some((words) => ` ${rest.join(' ')} `.startsWith(` ${words} `)))
    return refuse(`after "show" comes one of ${known.join(', ')}, unabbreviated`)
  if (dialect === 'bird') {
    // Words need no blanks between them: `where(net ~ […])`.
    return command.split(/\W+/).some((word) => programs.has(word))
      ? refuse(
          'filters are programs; ask "show route for PREFIX", "show route protocol NAME" or "show route export NAME"',
        )
      : { type: 'reads', command }
  }
  const table = tableOf(rest)
  return { type: 'reads', command, ...(table === undefined ? {} : { table }) }
}

/** `get` also has what the router does, `get-config` its running configuration alone (RFC 6241 §7.1, §7.7). */
function dataRead(text: string): Read {
  const [, operation, path] = /^(get|get-config) +(\/.*)$/.exec(text.trim()) ?? []
  if (path === undefined)
    return refuse('right is "get PATH" or "get-config PATH", such as "get /ietf-interfaces:interfaces-state"; all: "/"')
  if (path === '/') return { type: 'reads', command: `${operation} /` }
  const read = readPath(path)
  if (read.type === 'problem') return refuse(read.problem)
  if (read.rest !== '') return refuse(`a path ends before "${read.rest.slice(0, 40)}"`)
  // An answer would say whether the credential was guessed.
  if (read.steps.some(({ name, keys }) => keys.some(([key]) => isSecretName(key) || isSecretName(name))))
    return refuse('an entry is not asked for by a credential; leave out what is in brackets')
  return { type: 'reads', command: `${operation} ${pathTextOf(read.steps)}` }
}

const goBgpCommands = ['show version', 'show neighbors']

const goBgpRead = (command: string): Read =>
  goBgpCommands.includes(command) || /^show route \S+\/\d{1,3}$/.test(command)
    ? { type: 'reads', command }
    : refuse(`GoBGP has no command line; its API answers "show version", "show neighbors" and "show route PREFIX"`)

/** Words of `show bgp …` and `show … route` that make the answer short; a prefix does, too. */
const short: ReadonlySet<string> = new Set([
  'summary',
  'neighbors',
  'neighbor',
  'peer-group',
  'memory',
  'statistics',
  'nexthop',
  'update-groups',
  'vrfs',
  'views',
  'dampening',
  'listeners',
  'labelpool',
  'bestpath',
  'router',
  'mac',
  'vni',
])
/** With these the daemon goes through a whole table all the same, also where they are cut: `adv`. */
const long: readonly string[] = [
  'routes',
  'advertised-routes',
  'received-routes',
  'dampened-routes',
  'filtered-routes',
  'flap-statistics',
  'community',
  'large-community',
  'community-list',
  'large-community-list',
  'regexp',
  'filter-list',
  'route-map',
  'prefix-list',
  'longer-prefixes',
  'detail-routes',
  'attribute-info',
  'dampened-paths',
]
/** Words that begin like one of these, and are none. */
const whole: ReadonlySet<string> = new Set(['detail'])

function tableOf(words: readonly string[]): 'bgp' | 'rib' | undefined {
  const isRib = ['ip route', 'ipv6 route', 'ip fib', 'ipv6 fib'].some((one) => words.slice(0, 2).join(' ') === one)
  const isBgp = words[0] === 'bgp' || words.slice(0, 2).join(' ') === 'ip bgp'
  if (!isRib && !isBgp) return undefined
  const isOne = words.some((word) => /^[\da-f:.]*[:.][\da-f:.]*(?:\/\d+)?$/i.test(word) && !word.endsWith('.'))
  const asked = words.slice(isRib || words[0] === 'ip' ? 2 : 1)
  // Of each next hop it then prints all routes.
  const isOfNextHops = asked.includes('nexthop') && asked.some((word) => 'detail'.startsWith(word))
  const isLong = isOfNextHops || asked.some((word) => !whole.has(word) && long.some((one) => one.startsWith(word)))
  if (!isLong && (isOne || words.some((word) => short.has(word)))) return undefined
  return isRib ? 'rib' : 'bgp'
}

const refuse = (problem: string): Read => ({ type: 'problem', problem })
