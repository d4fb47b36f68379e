/** The addresses of this host, and when they change: a sudden move is noticed without being told. @module */
import { networkInterfaces } from 'node:os'
import { contains, parseAddress, parsePrefix } from '@vagus/address'

export interface LocalAddress {
  readonly address: string
  readonly family: 4 | 6
  readonly interface: string
}

/** Milliseconds between looks. A look takes some 50 µs. */
const lookInterval = 200
/** More are not used: a session has eight paths at most. */
const maxAddresses = 8

export interface AddressChange {
  readonly added: readonly LocalAddress[]
  readonly removed: readonly LocalAddress[]
}

/** Those that lead outside: no loopback, no link-local ones. */
function lookAround(): readonly LocalAddress[] {
  return Object.entries(networkInterfaces())
    .flatMap(([name, addresses = []]) => addresses.map((each) => ({ ...each, name })))
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80') && !address.startsWith('169.254.'))
    .slice(0, maxAddresses)
    .map(({ address, family, name }) => ({ address, family: family === 'IPv6' ? 6 : 4, interface: name }))
}

export class LocalAddresses {
  readonly #changed: (change: AddressChange) => void
  readonly #timer: NodeJS.Timeout
  #present = lookAround()

  constructor(changed: (change: AddressChange) => void) {
    this.#changed = changed
    this.#timer = setInterval(() => this.look(), lookInterval).unref()
  }

  get present(): readonly LocalAddress[] {
    return this.#present
  }

  look(): void {
    const before = this.#present
    const after = lookAround()
    const isIn = (list: readonly LocalAddress[], wanted: LocalAddress): boolean =>
      list.some(({ address, interface: name }) => address === wanted.address && name === wanted.interface)
    const added = after.filter((each) => !isIn(before, each))
    const removed = before.filter((each) => !isIn(after, each))
    this.#present = after
    if (added.length > 0 || removed.length > 0) this.#changed({ added, removed })
  }

  close(): void {
    clearInterval(this.#timer)
  }
}

/** Whether `address` is of the network that `word` means: an interface, an address, or a prefix. */
export function isOfNetwork({ address, interface: name }: LocalAddress, word: string): boolean {
  if (word === name || word === address) return true
  return word.includes('/') && contains(parsePrefix(word), parseAddress(address))
}
