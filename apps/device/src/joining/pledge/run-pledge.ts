/** Runs a pledge: hears proxies, connects, asks, waits, until the box is a member and has its settings; then keeps it one. @module */
import { parseEndpoint } from '@vagus/address'
import { connectRegistrar, type RegistrarConnection } from '@vagus/bootstrap'
import {
  beginPledge,
  type News,
  nextTick,
  type Pledge,
  type PledgeEffect,
  type PledgeEvent,
  pledgeLimits,
  stepPledge,
} from '@vagus/brski/pledge'
import { type Certificate, isRefused } from '@vagus/brski'
import { brskiCrypto, type Issuer } from '@vagus/pki'
import { textOf } from '../../rounds.ts'
import { type ExchangeParts, Exchanges, keyOf, octetsOf } from './exchanges.ts'
import { HeardProxies } from './heard-proxies.ts'
import { stageOf } from './joining-state.ts'

export interface PledgeOptions extends ExchangeParts {
  /** Where to listen for join proxies; `*` for all. */
  readonly interfaces: readonly string[]
  /** `joined`: it ends when the box has its settings; `never`: it goes on, and renews the certificate in time. */
  readonly until: 'joined' | 'never'
  readonly onNews: (news: News) => void
  readonly report: (line: string) => void
}

/** Milliseconds of a timer at most: beyond 2^31 it would fire at once. */
const longestTimer = 3_600_000

/** Resolves when it has joined, or `signal` aborts. @throws {Error} when the disk does not take what came */
export async function runPledge(options: PledgeOptions, signal: AbortSignal): Promise<void> {
  const run = new PledgeRun(options)
  try {
    await run.work(signal)
  } finally {
    await run.close()
  }
}

class PledgeRun {
  readonly #options: PledgeOptions
  readonly #exchanges: Exchanges
  readonly #proxies: HeardProxies
  readonly #ended = Promise.withResolvers<void>()
  #pledge: Pledge
  #open: { readonly attempt: number; connection?: RegistrarConnection } | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: PledgeOptions) {
    this.#options = options
    this.#exchanges = new Exchanges(options)
    this.#ended.promise.catch(() => undefined) // whoever waits hears it; nobody need wait
    const { file, interfaces, idevid, report, now } = options
    const { member, request, settled } = file.state
    this.#pledge = beginPledge(stageOf(file.state), {
      ...(member === undefined ? {} : { validity: member }),
      ...(request === undefined ? {} : { heldSince: request.madeAt }),
    })
    this.#proxies = new HeardProxies({
      interfaces,
      serial: idevid.serial,
      onProxy: (place, ttlMs) =>
        this.#tell(ttlMs <= 1 ? { type: 'gone', place } : { type: 'heard', place, expiresAt: now() + ttlMs }),
      report,
    })
    if (settled?.registrar != null)
      this.#tell({ type: 'heard', place: settled.registrar, expiresAt: Number.POSITIVE_INFINITY })
  }

  async work(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<void>()
    const abort = (): void => aborted.resolve()
    signal.addEventListener('abort', abort, { once: true })
    this.#tell({ type: 'tick' })
    if (signal.aborted || this.#isEnough) return
    const stay = setInterval(() => undefined, longestTimer) // without a link there is nothing else that Node waits for
    try {
      await Promise.race([this.#ended.promise, aborted.promise])
    } finally {
      clearInterval(stay)
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#open?.connection?.close()
    this.#open = undefined
    await this.#proxies.stop()
  }

  get #isEnough(): boolean {
    return this.#options.until === 'joined' && this.#pledge.stage === 'member'
  }

  #tell(event: PledgeEvent): void {
    const [pledge, effects] = stepPledge(this.#pledge, event, this.#options.now(), { draw: Math.random })
    this.#pledge = pledge
    for (const effect of effects) this.#do(effect)
    if (this.#isEnough) this.#ended.resolve()
    clearTimeout(this.#timer)
    const wait = Math.max(0, nextTick(this.#pledge) - this.#options.now())
    if (wait !== Infinity) this.#timer = setTimeout(() => this.#tell({ type: 'tick' }), Math.min(wait, longestTimer))
  }

  #do(effect: PledgeEffect): void {
    const { file } = this.#options
    if (effect.type === 'news') this.#options.onNews(effect)
    else if (effect.type === 'connect') void this.#connect(effect)
    else if (effect.type === 'exchange') void this.#exchange(effect)
    else if (effect.type === 'close') this.#close(effect.attempt)
    else this.#guarded(() => (effect.what === 'request' ? file.change({ request: undefined }) : file.remove()))
  }

  /** Without the disk nothing goes on: the box would lose what it was given. */
  #guarded(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.#ended.reject(error)
    }
  }

  async #connect({ attempt, place, as, trust }: Extract<PledgeEffect, { readonly type: 'connect' }>): Promise<void> {
    this.#open = { attempt }
    try {
      const { address: host, port } = endpointOf(place)
      const connection = await connectRegistrar({
        host,
        port,
        client: as === 'idevid' ? this.#options.idevid.issuer : this.#ldevid(),
        trust: trust === 'provisional' ? 'provisional' : [this.#anchor()],
        now: this.#options.now(),
        timeout: pledgeLimits.answerMs, // the engine itself gives up a connection that stalls
      })
      if (this.#open?.attempt !== attempt) return connection.close()
      this.#open.connection = connection
      this.#tell({ type: 'connected', attempt })
    } catch (error) {
      this.#lost(attempt, error)
    }
  }

  async #exchange({ attempt, exchange, verdict }: Extract<PledgeEffect, { readonly type: 'exchange' }>): Promise<void> {
    const connection = this.#open?.attempt === attempt ? this.#open.connection : undefined
    if (connection === undefined) return
    try {
      const outcome = await this.#exchanges.run(exchange, verdict, connection)
      this.#tell({ type: 'exchanged', attempt, exchange, outcome })
    } catch (error) {
      if (isOfDisk(error)) this.#ended.reject(error)
      else this.#lost(attempt, error)
    }
  }

  #lost(attempt: number, error: unknown): void {
    if (this.#open?.attempt === attempt) {
      this.#open.connection?.close()
      this.#open = undefined
    }
    this.#tell({ type: 'lost', attempt, because: textOf(error) })
  }

  #close(attempt: number): void {
    if (this.#open?.attempt !== attempt) return
    this.#open.connection?.close()
    this.#open = undefined
  }

  #anchor(): Certificate {
    return certificateOf(this.#options.file.state.domain?.pinned ?? '')
  }

  #ldevid(): Issuer {
    const { member } = this.#options.file.state
    if (member === undefined) throw new Error('there is no certificate of the domain')
    return { key: keyOf(member.key), certificate: certificateOf(member.certificate), chain: [] }
  }
}

/** @throws {Error} of a name: a box without addresses cannot ask what it means */
const endpointOf = (place: string): { readonly address: string; readonly port: number } => parseEndpoint(place, 1)

function certificateOf(text: string): Certificate {
  const read = brskiCrypto.readCertificate(octetsOf(text))
  if (isRefused(read)) throw new Error(`a certificate that was kept cannot be read: ${read.because.problem}`)
  return read
}

const isOfDisk = (error: unknown): boolean => error instanceof Error && error.name === 'KeyringError'
