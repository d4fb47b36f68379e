/**
 * What one search for a peer has tried, and from where. When addresses of this host come or go, only the ways they
 * affect are tried again, in parallel to pending attempts: no one knows whether a flapping interface leads there.
 * @module
 */
import type { EndpointUri, HostRoute } from '@vagus/transport'
import { Cancellation } from './cancellation.ts'
import { AgentError } from '../errors.ts'
import type { AddressChange } from './local-addresses.ts'

/** Maximum parallel attempts of one way: further changes add none. */
const maxBeside = 3

/** The local address of the attempt is gone. */
export const networkGone = new AgentError('unreachable', 'the network changed')

/** A way to a peer, opened when its turn comes. */
export interface Way {
  /** For people; equal for equal ways. */
  readonly text: string
  /** Undefined: through a relay. */
  readonly uri?: EndpointUri
  /** The local address, if known before opening. */
  readonly from?: string
  readonly open: (over: Cancellation) => Promise<HostRoute>
}

export interface Attempt {
  readonly way: Way
  /** The local address, once known. */
  from: string | undefined
  readonly cancellation: Cancellation
}

/** The address from which the kernel now sends to `uri`; `undefined` if no route leads there, or it is unknown. */
export type LocalAddressTo = (uri: EndpointUri) => Promise<string | undefined>

export class Attempts {
  readonly #over: Cancellation
  readonly #localAddressTo: LocalAddressTo
  readonly #beside: (way: Way) => void
  readonly #ways = new Map<string, Way>()
  readonly #underWay = new Set<Attempt>()
  /** Made with the first. */
  #problems: Map<string, Error> | undefined

  /** @param beside starts a parallel attempt of a way */
  constructor(over: Cancellation, localAddressTo: LocalAddressTo, beside: (way: Way) => void) {
    this.#over = over
    this.#localAddressTo = localAddressTo
    this.#beside = beside
  }

  /** Counts until `end`. */
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

  failed({ text }: Way, error: Error): void {
    ;(this.#problems ??= new Map()).set(`${text}: ${error.message}`, error)
  }

  /** Why ways led nowhere, for people. */
  get problems(): ReadonlyMap<string, Error> {
    return this.#problems ?? new Map()
  }

  /** Attempts that were started and have not ended. */
  get underWay(): ReadonlySet<Attempt> {
    return this.#underWay
  }

  /** Fulfilled when all worthwhile attempts were started. Only then those end that can no longer get there. */
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

  /**
   * The address from which `way` would now go; `nowhere` if it would not, or is unchanged; `any` if that is unknown.
   */
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
