/**
 * Signed sets of intents among members of a substrate: each tells its neighbours which set it has, by Trickle (RFC 6206), asks
 * one that has a newer one, and serves its own. So a set reaches everybody who has a neighbour with it, whoever brought it.
 * Nothing that a neighbour says is believed but the document, and that by its signature.
 * @module
 */
import { grasp as numbers, type Locator, transportProtocol } from '@vagus/grasp'
import {
  type IntentOffer,
  intentOffer,
  nextTrickle,
  startTrickle,
  stepTrickle,
  type Trickle,
  type TrickleConfig,
  type TrickleEvent,
  usualTrickle,
} from '@vagus/grasp/objectives'
import { steadyNow } from '../clock.ts'
import type { Grasp } from '../open.ts'
import type { ServiceAgent } from '../service-agent.ts'

/** The newest set that this node has. */
export interface KnownIntents {
  readonly epoch: number
  /** Of the owner's key when it signed it. */
  readonly rotations: number
  /** SHA-256 of the document, 32 octets. */
  readonly hash: Uint8Array
  readonly document: string
}

/** Who keeps it. */
export interface IntentHolder {
  /** did:key:…; sets of others are not asked for. */
  readonly owner: string
  newest(): KnownIntents | undefined
  /**
   * A neighbour served that document: verified, and kept if it is newer. @param from its proven id
   * @returns `refused`: it is not what it said
   */
  take(document: string, from: string): 'newer' | 'known' | 'refused'
}

export interface IntentSpreadOptions {
  readonly grasp: Pick<Grasp, 'linkName' | 'agent'>
  /** Name of this node, in headers. */
  readonly node: string
  readonly holder: IntentHolder
  readonly trickle?: TrickleConfig
  /** 0..1, below 1. */
  readonly random?: () => number
}

/** Milliseconds for which a flood holds: three and a half periods (RFC 8994 §6.4). */
const ttlMs = 210_000
/** Milliseconds in which a neighbour must answer. */
const answerWithin = 10_000
/** Milliseconds for which a neighbour that served what is not to be believed is not asked again. */
const restMs = 60_000
/** Neighbours that rest; at the limit the first one may be asked again. */
const maxResting = 256
const noHash = new Uint8Array(32)

export class IntentSpread {
  readonly #options: IntentSpreadOptions
  readonly #asa: ServiceAgent
  readonly #config: TrickleConfig
  readonly #random: () => number
  readonly #epoch = Date.now()
  readonly #ending = new AbortController()
  /** Those that are being asked. */
  readonly #asked = new Set<string>()
  /** By id: until when it is not asked, steady. */
  readonly #resting = new Map<string, number>()
  #sequence = 0
  #trickle: Trickle
  #timer: NodeJS.Timeout | undefined

  /** @throws {GraspError} `dupASA` where there is one on this instance already */
  constructor(options: IntentSpreadOptions) {
    const { grasp, trickle = usualTrickle, random = Math.random } = options
    this.#options = options
    this.#config = trickle
    this.#random = random
    this.#asa = grasp.agent('intents')
    this.#asa.register(intentOffer)
    this.#publish()
    this.#trickle = startTrickle(trickle, steadyNow(), random())
    this.#arm()
    void this.#hear()
  }

  /** A newer set came by another way, or a neighbour that may have none. */
  changed(): void {
    this.#publish()
    this.#step({ type: 'inconsistent' })
  }

  close(): void {
    this.#ending.abort()
    clearTimeout(this.#timer)
    this.#asa.close()
  }

  async #hear(): Promise<void> {
    for await (const { value, interface: link } of this.#asa.watch(intentOffer, { signal: this.#ending.signal })) {
      const from = this.#options.grasp.linkName(link)
      if (from !== undefined && value.owner === this.#options.holder.owner) this.#compare(value, from)
    }
  }

  #compare(told: IntentOffer, from: string): void {
    const further = this.#isFurther(told)
    // Of two sets with one epoch the one that is known stays; whoever signed both has to sign another one.
    if (further === 0) this.#step({ type: 'consistent' })
    else if (further < 0) this.#step({ type: 'inconsistent' })
    else if (told.epoch > 0) void this.#ask(from, told)
  }

  /** Above 0: what is told is newer than what we have. */
  #isFurther({ rotations, epoch }: IntentOffer): number {
    const known = this.#options.holder.newest()
    return rotations - (known?.rotations ?? 0) || epoch - (known?.epoch ?? 0)
  }

  /** The neighbour itself, wherever it says that the set is. */
  async #ask(from: string, told: IntentOffer): Promise<void> {
    if (this.#asked.has(from) || (this.#resting.get(from) ?? -Infinity) > steadyNow()) return
    this.#asked.add(from)
    try {
      const { signal } = this.#ending
      const to: Locator = { type: 'fqdn', name: from, protocol: transportProtocol.tcp, port: numbers.listenPort }
      const { document } = await this.#asa.synchronize(intentOffer, { to, timeoutMs: answerWithin, signal })
      if (document !== undefined && this.#options.holder.take(document, from) === 'newer') this.changed()
      if (this.#isFurther(told) > 0) this.#rest(from)
    } catch {
      // it tells again
    } finally {
      this.#asked.delete(from)
    }
  }

  /** It said that it has a newer one, and has not. */
  #rest(from: string): void {
    this.#resting.delete(from)
    this.#resting.set(from, steadyNow() + restMs)
    const [first] = this.#resting.keys()
    if (this.#resting.size > maxResting && first !== undefined) this.#resting.delete(first)
  }

  #publish(): void {
    const document = this.#options.holder.newest()?.document
    this.#asa.publish(intentOffer, { ...this.#offer(), ...(document === undefined ? {} : { document }) })
  }

  #tell(): void {
    try {
      this.#asa.flood(intentOffer, this.#offer(), { ttlMs })
    } catch {
      // the instance ends; it is told no more
    }
  }

  #offer(): IntentOffer {
    const { node, holder } = this.#options
    const { epoch = 0, rotations = 0, hash = noHash } = holder.newest() ?? {}
    const header = { node, epoch: this.#epoch, sequence: this.#sequence++ }
    return { header, owner: holder.owner, rotations, epoch, hash }
  }

  #step(event: TrickleEvent): void {
    if (this.#ending.signal.aborted) return
    const { trickle, tells } = stepTrickle(this.#trickle, event, this.#config, steadyNow(), this.#random())
    this.#trickle = trickle
    if (tells) this.#tell()
    this.#arm()
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const wait = Math.max(0, nextTrickle(this.#trickle) - steadyNow())
    this.#timer = setTimeout(() => this.#step({ type: 'tick' }), wait).unref()
  }
}
