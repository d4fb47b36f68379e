/** What a relay grants to one identity, however many sessions it has. @module */

export interface RelayLimits {
  /** Registered agents; further ones are refused. */
  readonly agents: number
  /** Open circuits that one identity has opened; further ones are refused. */
  readonly circuits: number
  /**
   * Open circuits that others have opened to one identity; further ones are refused. An agent takes 1,024 at each
   * relay.
   */
  readonly incoming: number
  /** Circuits between one pair of identities, opened by either; further ones are refused. */
  readonly pair: number
  /** Circuits that one identity may open in a minute; further ones are refused. */
  readonly opensPerMinute: number
  /** Octets per second that one identity may send on average, and in a burst. The excess is dropped. */
  readonly rate: number
  readonly burst: number
}

export const relayLimits: RelayLimits = {
  agents: 10_000,
  circuits: 256,
  incoming: 1024,
  pair: 8, // one for their session, and some for its replacements
  opensPerMinute: 120,
  rate: 4 * 2 ** 20,
  burst: 4 * 2 ** 20,
}

/** The end of a circuit: `opened` for the agent that opened it, `incoming` for the other. */
export type Side = 'opened' | 'incoming'

/** One identity and its usage. */
export class RelayAccount {
  readonly #limits: RelayLimits
  /**
   * Counted separately: otherwise others could use up what it needs to open its own, or it what others need to reach
   * it.
   */
  readonly #circuits: Record<Side, number> = { opened: 0, incoming: 0 }
  /** Circuits with each other identity. */
  readonly #with = new Map<RelayAccount, number>()
  #credit: number
  #creditAt: number
  #opens = 0
  #minute = 0

  constructor(limits: RelayLimits, now: number) {
    this.#limits = limits
    this.#credit = limits.burst
    this.#creditAt = now
  }

  maySend(octets: number, now: number): boolean {
    const { rate, burst } = this.#limits
    this.#credit = Math.min(burst, this.#credit + ((now - this.#creditAt) * rate) / 1000)
    this.#creditAt = now
    if (this.#credit < octets) return false
    this.#credit -= octets
    return true
  }

  get isIdle(): boolean {
    return this.#with.size === 0
  }

  joined(other: RelayAccount, side: Side): void {
    this.#circuits[side]++
    this.#with.set(other, (this.#with.get(other) ?? 0) + 1)
  }

  left(other: RelayAccount, side: Side): void {
    this.#circuits[side]--
    const rest = (this.#with.get(other) ?? 0) - 1
    if (rest > 0) this.#with.set(other, rest)
    else this.#with.delete(other)
  }

  /** Why it may not open a circuit; `undefined` if it may. */
  refusesOpening(now: number): string | undefined {
    const { circuits, opensPerMinute } = this.#limits
    const minute = Math.floor(now / 60_000)
    if (minute !== this.#minute) this.#opens = 0
    this.#minute = minute
    if (++this.#opens > opensPerMinute) return `more than ${opensPerMinute} openings a minute`
    return this.#circuits.opened < circuits ? undefined : `more than ${circuits} circuits of your own`
  }

  /** Why `opener` may not open a circuit to it; `undefined` if it may. */
  refusesCircuitOf(opener: RelayAccount): string | undefined {
    const { incoming, pair } = this.#limits
    if ((this.#with.get(opener) ?? 0) >= pair) return `more than ${pair} circuits between you and that agent`
    return this.#circuits.incoming < incoming
      ? undefined
      : `more than ${incoming} circuits opened by others to that agent`
  }
}
