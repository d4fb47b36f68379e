/** The addresses of this host, and when they change: a sudden move is noticed without being told. @module */
import { networkInterfaces } from 'node:os'
import { contains, parseAddress, parsePrefix } from '@vagus/address'
import { defaultRouteInterfaces, watchAddresses } from '@vagus/transport'

export interface LocalAddress {
  readonly address: string
  readonly family: 4 | 6
  readonly interface: string
}

/**
 * Milliseconds between looks where the kernel does not say when to look, while packets come and when none came for a
 * while. A look takes some 100 µs.
 */
const lookInterval = { busy: 25, quiet: 250 } as const
/** The same where the kernel says when: it may have had no room for what it said. */
const watchedInterval = 30_000
const busyFor = 10_000
/** Of one family; more are neither dialled from nor told to others: a session has eight paths at most. */
export const maxLocalAddresses = 8

/** Milliseconds for which it is known which interfaces lead outside: routes are set behind the address that they are for. */
const orderLifetime = 1000

/** Hosts of a URI to listen at that mean each address of this host. */
const wildcards = [
  { host: '0.0.0.0', family: 4 },
  { host: '[::]', family: 6 },
] as const

export interface AddressChange {
  readonly added: readonly LocalAddress[]
  readonly removed: readonly LocalAddress[]
}

/**
 * Addresses that lead outside: no loopback, no link-local ones. The last known list when the process has no file
 * descriptors left.
 */
function lookAround(): readonly LocalAddress[] {
  let interfaces: ReturnType<typeof networkInterfaces>
  try {
    interfaces = networkInterfaces()
  } catch {
    return present
  }
  return Object.entries(interfaces)
    .flatMap(([name, addresses = []]) => addresses.map((each) => ({ ...each, name })))
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80') && !address.startsWith('169.254.'))
    .map(({ address, family, name }) => ({ address, family: family === 'IPv6' ? 6 : 4, interface: name }))
}

/** One look for all agents of the process. */
const watchers = new Set<(change: AddressChange) => void>()
let present: readonly LocalAddress[] = []
/** The same, those of interfaces with a default route first. */
let ordered: { readonly of: readonly LocalAddress[]; readonly at: number; readonly list: readonly LocalAddress[] } = {
  of: present,
  at: -Infinity,
  list: present,
}
let timer: NodeJS.Timeout | undefined
/** Milliseconds since the last packet, as of the last look. */
let quietFor = 0
/** Ends what calls `look` whenever the kernel says that something changed; `undefined`: it does not say so here. */
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
  const [first, rest] = [true, false].map((wanted) => present.filter((each) => leading.has(each.interface) === wanted))
  ordered = { of: present, at: now, list: [...first!, ...rest!] }
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

  /** Those of interfaces with a default route come first: most of the others, as those of containers, lead nowhere. */
  get present(): readonly LocalAddress[] {
    return inOrder()
  }

  /** Where others reach what listens at `uri`: there, or at each address of this host. */
  reachedAt(uri: string): readonly string[] {
    const wildcard = wildcards.find(({ host }) => uri.includes(`//${host}:`))
    if (wildcard === undefined) return [uri]
    const hosts = inOrder()
      .filter(({ family }) => family === wildcard.family)
      .slice(0, maxLocalAddresses)
    return hosts.map(({ address }) => uri.replace(wildcard.host, wildcard.family === 6 ? `[${address}]` : address))
  }

  look(): void {
    look()
  }

  /** A packet came: a change matters to somebody. */
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

/** Whether `address` is of the network that `word` means: an interface, an address, or a prefix. */
export function isOfNetwork({ address, interface: name }: LocalAddress, word: string): boolean {
  if (word === name || word === address) return true
  return word.includes('/') && contains(parsePrefix(word), parseAddress(address))
}
