/** Where the registrar of the domain is: as the operator said, or as the controller floods it (RFC 8995 §4.3). @module */
import { BlockList, isIPv4 } from 'node:net'
import { textOf } from '@vagus/asa'
import type { Locator } from '@vagus/grasp'
import type { RegistrarPlace } from './circuit-proxy.ts'

export class HeardRegistrar {
  readonly #given: RegistrarPlace | undefined
  #heard: { readonly place: RegistrarPlace; readonly expiresAt: number } | undefined

  /** @param given beats what is heard */
  constructor(given: RegistrarPlace | undefined) {
    this.#given = given
  }

  /** @param expiresAt milliseconds of the steady clock */
  hear(place: RegistrarPlace, expiresAt: number): void {
    this.#heard = { place, expiresAt }
  }

  /** Undefined while none is known. What was heard is used until another is: whether it answers is asked anyway. */
  get place(): RegistrarPlace | undefined {
    return this.#given ?? this.#heard?.place
  }
}

/**
 * What a locator names that can be connected to over TCP: an address of one host, and not of this one. Whoever floods it
 * would else have newcomers connected with what listens for this host alone. A name could stand for any.
 */
export function placeOf(locator: Locator | undefined): RegistrarPlace | undefined {
  if (locator === undefined || locator.type === 'uri' || locator.type === 'fqdn' || locator.port === 0) return undefined
  const address = textOf(locator.address)
  return hostAlone.check(address, isIPv4(address) ? 'ipv4' : 'ipv6') ? undefined : { address, port: locator.port }
}

/** Loopback, unspecified and multicast. */
const hostAlone = new BlockList()
for (const [address, length, family] of [
  ['127.0.0.0', 8, 'ipv4'],
  ['0.0.0.0', 8, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
] as const)
  hostAlone.addSubnet(address, length, family)
