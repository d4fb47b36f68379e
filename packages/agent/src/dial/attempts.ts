/**
 * What one search for a peer has tried, and from where. When addresses of this host come or go only that is tried again
 * which they concern, and beside what is under way: nobody knows whether an interface that comes and goes leads there.
 * @module
 */
import type { EndpointUri, HostRoute } from '@vagus/transport'
import { Cancellation } from './cancellation.ts'
import { AgentError } from '../errors.ts'
import type { AddressChange } from './local-addresses.ts'

/** Attempts of one way beside each other: further changes do not add to them. */
const maxBeside = 3

/** The address that it went from is gone. */
export const networkGone = new AgentError('unreachable', 'the network changed')

/** A way to somebody, opened when its turn comes. */
export interface Way {
  /** For people, and the same for the same way. */
  readonly text: string
  /** Left out: through a relay. */
  readonly uri?: EndpointUri
  /** The local address, where it is known before it is open. */
  readonly from?: string
  readonly open: (over: Cancellation) => Promise<HostRoute>
}

export interface Attempt {
  readonly way: Way
  /** The local address, as soon as it is known. */
  from: string | undefined
  readonly cancellation: Cancellation
}

/** From where the kernel sends to `uri` now; `undefined`: nothing leads there, or it cannot be told. */
export type LocalAddressTo = (uri: EndpointUri) => Promise<string | undefined>

export class Attempts {
  readonly #over: Cancellation
  readonly #localAddressTo: LocalAddressTo
  readonly #beside: (way: Way) => void
  readonly #ways = new Map<string, Way>()
  readonly #underWay = new Set<Attempt>()

  /** @param beside attempts a way, beside all others */
  constructor(over: Cancellation, localAddressTo: LocalAddressTo, beside: (way: Way) => void) {
    this.#over = over
    this.#localAddressTo = localAddressTo
    this.#beside = beside
  }

  /** Until `end`. */
  begin(way: Way): Attempt {
    if (!this.#ways.has(way.text)) this.#ways.set(way.text, way)
    const attempt: Attempt = { way, from: way.from, cancellation: new Cancellation() }
    this.#over.add((reason) => attempt.cancellation.cancel(reason))
    this.#underWay.add(attempt)
    return attempt
  }

  end(attempt: Attempt): void {
    this.#underWay.delete(attempt)
  }

  /** How many were begun and have not failed. */
  get count(): number {
    return this.#underWay.size
  }

  /** Fulfilled when all that is worth while was begun; only then those end that cannot get there any more. */
  async moved({ added, removed }: AddressChange): Promise<void> {
    const gone = [...this.#underWay].filter(({ from }) => removed.some(({ address }) => address === from))
    await Promise.all(
      [...this.#ways.values()].map(async (way) => {
        const from = await this.#from(way, added)
        if (from === 'nowhere' || this.#over.reason !== undefined) return
        const present = [...this.#underWay].filter((each) => each.way.text === way.text && !gone.includes(each))
        if (present.length >= maxBeside) return
        if (from === 'any') this.#beside(way)
        else if (!present.some((each) => each.from === from.address)) this.#beside({ ...way, from: from.address })
      }),
    )
    for (const { cancellation } of gone) cancellation.cancel(networkGone)
  }

  /** From where `way` would go now; `nowhere`: it would not, or as before. `any`: nobody knows from where. */
  async #from(
    { uri, from }: Way,
    added: AddressChange['added'],
  ): Promise<{ readonly address: string } | 'any' | 'nowhere'> {
    if (uri === undefined || uri.family === 0) return added.length > 0 ? 'any' : 'nowhere'
    const address =
      from === undefined ? await this.#localAddressTo(uri) : added.find((each) => each.address === from)?.address
    return address === undefined ? 'nowhere' : { address }
  }
}
