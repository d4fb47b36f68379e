/** The addresses of this host and their changes: a sudden move is noticed without an announcement. @module */
import { networkInterfaces } from 'node:os'
import { contains, parseAddress, parsePrefix } from '@vagus/address'
import { defaultRouteInterfaces, type Ipv6Standing, ipv6Standings, watchAddresses } from '@vagus/transport'

export interface LocalAddress {
  readonly address: string
  readonly family: 4 | 6
  readonly interface: string
  /** Undefined: stable, or not known. */
  readonly standing?: 'temporary' | 'deprecated'
}

/**
 * Milliseconds between polls if the kernel sends no notifications: while packets arrive, and after a quiet time. A poll
 * takes about 100 µs.
 */
const lookInterval = { busy: 25, quiet: 250 } as const
/** The same if the kernel sends notifications: it may have had no room for one. */
const watchedInterval = 30_000
const busyFor = 10_000
/**
 * Maximum addresses of one family; further ones are neither dialled nor announced: a session has at most eight paths.
 */
export const maxLocalAddresses = 8

/**
 * Milliseconds for which the interfaces with default routes are cached: the kernel sets routes after the address they
 * belong to.
 */
const orderLifetime = 1000

/** Hosts of a listening URI that mean every address of this host. */
const wildcards = [
  { host: '0.0.0.0', family: 4 },
  { host: '[::]', family: 6 },
] as const

export interface AddressChange {
  readonly added: readonly LocalAddress[]
  readonly removed: readonly LocalAddress[]
}

/**
 * Usable addresses that lead outside, so neither loopback nor link-local ones. If the process has no file descriptors
 * left, the last known list.
 */
function lookAround(): readonly LocalAddress[] {
  let interfaces: ReturnType<typeof networkInterfaces>
  try {
    interfaces = networkInterfaces()
  } catch {
    return present
  }
  const standings = ipv6Standings()
  return Object.entries(interfaces)
    .flatMap(([name, addresses = []]) => addresses.map((each) => ({ ...each, name })))
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80') && !address.startsWith('169.254.'))
    .flatMap(({ address, family, name }): readonly LocalAddress[] => {
      if (family !== 'IPv6') return [{ address, family: 4, interface: name }]
      const standing = standings.get(`${Buffer.from(parseAddress(address)).toString('hex')} ${name}`) ?? 'stable'
      if (standing === 'unusable') return []
      return [{ address, family: 6, interface: name, ...(standing !== 'stable' && { standing }) }]
    })
}

/**
 * Those of `addresses` that have the best standing of their network: the interface, and whether the address is a local
 * one (RFC 4193), because these lead to different places.
 */
function bestOf(addresses: readonly LocalAddress[], rank: Rank): readonly LocalAddress[] {
  const networkOf = (each: LocalAddress): string =>
    `${each.interface} ${each.family} ${each.family === 6 && /^f[cd]/.test(each.address)}`
  const best = new Map<string, number>()
  for (const each of addresses) {
    const network = networkOf(each)
    best.set(network, Math.min(best.get(network) ?? Infinity, rank[each.standing ?? 'stable']))
  }
  return addresses.filter((each) => rank[each.standing ?? 'stable'] === best.get(networkOf(each)))
}

type Rank = Readonly<Record<Exclude<Ipv6Standing, 'unusable'>, number>>
/** Sources of new paths (RFC 6724 §5, rule 3). Between the first two the kernel chooses, and every path counts. */
const forPaths: Rank = { stable: 0, temporary: 0, deprecated: 1 }
/**
 * What others are told. A temporary address would be dead the day after, and it would no longer hide its host: the
 * document says to whom it belongs.
 */
const forOthers: Rank = { stable: 0, temporary: 1, deprecated: 2 }

/** One watch for all agents of the process. */
const watchers = new Set<(change: AddressChange) => void>()
let present: readonly LocalAddress[] = []
/** The same list, sorted so that interfaces with a default route come first, and deprecated addresses last. */
let ordered: { readonly of: readonly LocalAddress[]; readonly at: number; readonly list: readonly LocalAddress[] } = {
  of: present,
  at: -Infinity,
  list: present,
}
let timer: NodeJS.Timeout | undefined
/** Milliseconds since the last packet, at the last poll. */
let quietFor = 0
/** Stops the kernel's notifications, which call `look`; `undefined` if there are none here. */
let stopWatching: (() => void) | undefined

function lookAgain(): void {
  const unwatched = quietFor < busyFor ? lookInterval.busy : lookInterval.quiet
  const interval = stopWatching === undefined ? unwatched : watchedInterval
  timer = setTimeout(() => {
    quietFor += interval
    look()
    if (watchers.size > 0) lookAgain()
  }, interval).unref()
}

function look(): void {
  const before = present
  present = lookAround()
  const isIn = (list: readonly LocalAddress[], wanted: LocalAddress): boolean =>
    list.some(({ address, interface: name }) => address === wanted.address && name === wanted.interface)
  const added = present.filter((each) => !isIn(before, each))
  const removed = before.filter((each) => !isIn(present, each))
  if (added.length > 0 || removed.length > 0) for (const watcher of watchers) watcher({ added, removed })
}

function inOrder(): readonly LocalAddress[] {
  const now = performance.now()
  if (ordered.of === present && now - ordered.at < orderLifetime) return ordered.list
  const leading = defaultRouteInterfaces()
  const placeOf = ({ interface: name, standing }: LocalAddress): number =>
    standing === 'deprecated' ? 2 : leading.has(name) ? 0 : 1
  ordered = { of: present, at: now, list: present.toSorted((a, b) => placeOf(a) - placeOf(b)) }
  return ordered.list
}

export class LocalAddresses {
  readonly #changed: (change: AddressChange) => void

  constructor(changed: (change: AddressChange) => void) {
    this.#changed = changed
    if (watchers.size === 0) {
      stopWatching = watchAddresses(look)
      present = lookAround()
      lookAgain()
    }
    watchers.add(changed)
  }

  /**
   * Addresses of interfaces with a default route come first: most others, such as those of containers, lead nowhere.
   */
  get present(): readonly LocalAddress[] {
    return inOrder()
  }

  /** Those from which new paths are opened, in the same order. */
  get sources(): readonly LocalAddress[] {
    return bestOf(inOrder(), forPaths)
  }

  /** Where a socket listening at `uri` can be reached: there, or at each address of this host. */
  reachedAt(uri: string): readonly string[] {
    const wildcard = wildcards.find(({ host }) => uri.includes(`//${host}:`))
    if (wildcard === undefined) return [uri]
    const hosts = bestOf(inOrder(), forOthers)
      .filter(({ family }) => family === wildcard.family)
      .slice(0, maxLocalAddresses)
    return hosts.map(({ address }) => uri.replace(wildcard.host, wildcard.family === 6 ? `[${address}]` : address))
  }

  look(): void {
    look()
  }

  /** A packet arrived, so a change would matter. */
  used(): void {
    quietFor = 0
  }

  close(): void {
    watchers.delete(this.#changed)
    if (watchers.size > 0) return
    clearTimeout(timer)
    stopWatching?.()
    stopWatching = undefined
  }
}

/** Whether `address` belongs to the network `word`: an interface, an address, or a prefix. */
export function isOfNetwork({ address, interface: name }: LocalAddress, word: string): boolean {
  if (word === name || word === address) return true
  return word.includes('/') && contains(parsePrefix(word), parseAddress(address))
}
