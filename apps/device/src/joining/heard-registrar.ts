/** Where the registrar of the domain is: as the operator said, or as the controller floods it (RFC 8995 §4.3). @module */
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

/** What a locator names that can be connected to over TCP. */
export function placeOf(locator: Locator | undefined): RegistrarPlace | undefined {
  if (locator === undefined || locator.type === 'uri') return undefined
  const address = locator.type === 'fqdn' ? locator.name : textOf(locator.address)
  return { address, port: locator.port }
}
