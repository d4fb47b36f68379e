/** The registrar of a domain (RFC 8995 §5, RFC 7030 §3): which resource is for whom. @module */
import { isRefused, mediaTypes, paths, readStatusReport, refused, type Refused, statusOf } from '@vagus/brski'
import { RateLimit } from '../http/rate-limit.ts'
import { defaultLimits } from '../http/limits.ts'
import {
  type Exchange,
  type HttpsServer,
  type Listening,
  problem,
  refusal,
  type Reply,
  type Resource,
  serve,
} from '../http/serve.ts'
import { type Client, clientOf } from './client-identity.ts'
import { caCertsReply, csrAttrsReply, enroll } from './enrolling.ts'
import type { RegistrarOptions } from './options.ts'
import { Vouching } from './vouching.ts'

/** What a member needs to run. Not of an RFC. */
export const settingsPath = '/.well-known/vagus/settings'

const defaultRetryAfter = 30

/** Serves until it is closed. `host` and `port`: where the join proxies find it. */
export async function serveRegistrar(options: RegistrarOptions, listening: Listening): Promise<HttpsServer> {
  const registrar = new RegistrarResources(options)
  const { tell, credentials, limits } = options
  return serve(
    {
      server: { ...credentials.registrar, chain: [credentials.ca.certificate] },
      resources: registrar.resources(),
      clients: 'asked',
      limits,
      failed: (resource, error) => tell?.({ type: 'failed', resource, error }),
    },
    listening,
  )
}

class RegistrarResources {
  readonly #options: RegistrarOptions
  readonly #vouching: Vouching
  readonly #rate: RateLimit

  constructor(options: RegistrarOptions) {
    this.#options = options
    this.#vouching = new Vouching(options)
    this.#rate = new RateLimit(options.limits?.requestsPerMinute ?? defaultLimits.requestsPerMinute)
  }

  resources(): ReadonlyMap<string, Resource> {
    const anybody = (reply: () => Reply) => (exchange: Exchange) =>
      this.#limited(exchange, undefined, async () => reply())
    return new Map<string, Resource>([
      [paths.caCerts, { method: 'GET', handle: anybody(() => caCertsReply(this.#options)) }],
      [paths.csrAttrs, { method: 'GET', handle: anybody(csrAttrsReply) }],
      [paths.requestVoucher, { method: 'POST', handle: this.#known((...asked) => this.#requestVoucher(...asked)) }],
      [
        paths.voucherStatus,
        { method: 'POST', handle: this.#known((exchange, client) => this.#status('voucher-status', exchange, client)) },
      ],
      [
        paths.enrollStatus,
        { method: 'POST', handle: this.#known((exchange, client) => this.#status('enrol-status', exchange, client)) },
      ],
      [paths.simpleEnroll, { method: 'POST', handle: this.#known((...asked) => this.#enrollFirst(...asked)) }],
      [paths.simpleReenroll, { method: 'POST', handle: this.#known((...asked) => this.#reenroll(...asked)) }],
      [settingsPath, { method: 'GET', handle: this.#known((_exchange, client) => this.#settings(client)) }],
    ])
  }

  /** A resource for devices and members only. */
  #known(handle: (exchange: Exchange, client: Client, now: number) => Promise<Reply | Refused>): Resource['handle'] {
    return (exchange) => {
      const now = this.#now()
      const client = clientOf(exchange, this.#options, now)
      const known = isRefused(client) ? undefined : client
      return this.#limited(exchange, known, async () =>
        isRefused(client) ? client : await handle(exchange, client, now),
      )
    }
  }

  async #limited(
    exchange: Exchange,
    client: Client | undefined,
    handle: () => Promise<Reply | Refused>,
  ): Promise<Reply> {
    const serialNumber = client && serialOf(client)
    const maker = client && makerOf(client)
    // Nobody uses up what a box of another maker may ask, nor a stranger what a box may that is called like its address.
    const who = client === undefined ? exchange.from : `${maker === undefined ? 'member' : `of ${maker}`} ${serialNumber}`
    const wait = this.#rate.take(who, this.#now())
    if (wait > 0) return { ...problem(429, 'too many requests'), headers: { 'retry-after': `${wait}` } }
    const answer = await handle()
    if (!isRefused(answer)) return answer
    const { path: resource, from } = exchange
    const { problem: text } = answer.because
    const status = statusOf(answer)
    this.#options.tell?.({ type: 'refused', status, resource, from, serialNumber, maker, problem: text })
    return refusal(answer)
  }

  async #requestVoucher(exchange: Exchange, client: Client, now: number): Promise<Reply | Refused> {
    if (client.type === 'member') return refused('client', 'a voucher is asked for with the IDevID, not the LDevID')
    return this.#vouching.answer(exchange, client, now, () => this.#later())
  }

  async #enrollFirst(exchange: Exchange, client: Client, now: number): Promise<Reply | Refused> {
    if (client.type === 'member') return refused('client', `a member renews its certificate by ${paths.simpleReenroll}`)
    const admission = await this.#options.membership.admission(client.facts)
    if (admission === 'waiting') return this.#later()
    if (admission !== 'accepted') {
      const code = admission === 'unknown' ? 'unknown' : 'unacceptable'
      return refused(code, `the domain does not accept the device "${client.facts.serialNumber}"`)
    }
    const cleared = await this.#vouching.clear(client, now)
    if (cleared === 'later') return this.#later()
    return cleared === 'cleared' ? enroll(exchange, client, this.#options, now) : cleared
  }

  async #reenroll(exchange: Exchange, client: Client, now: number): Promise<Reply | Refused> {
    const problem = await this.#memberProblem(client)
    return problem ?? enroll(exchange, client, this.#options, now)
  }

  async #settings(client: Client): Promise<Reply | Refused> {
    const refusal = await this.#memberProblem(client)
    if (refusal !== undefined) return refusal
    const { membership } = this.#options
    const settings = client.type === 'member' ? await membership.settings?.(client.member) : undefined
    if (settings === undefined) return problem(404, 'the domain has no settings for its members')
    return { status: 200, contentType: mediaTypes.json, body: JSON.stringify(settings) }
  }

  async #memberProblem(client: Client): Promise<Refused | undefined> {
    if (client.type === 'pledge') return refused('client', 'this is for members, by their LDevID')
    const { serialNumber, certificate } = client.member
    const standing = await this.#options.membership.standing(serialNumber, certificate)
    return standing === 'member' ? undefined : refused('client', `the certificate of "${serialNumber}" was revoked`)
  }

  /** The pledge ignores the answer (RFC 8995 §5.7); the operator reads the report. */
  async #status(type: 'voucher-status' | 'enrol-status', exchange: Exchange, client: Client): Promise<Reply | Refused> {
    if (exchange.contentType?.split(';', 1)[0]!.trim().toLowerCase() !== mediaTypes.json) {
      return refused('media-type', `Content-Type must be "${mediaTypes.json}"`)
    }
    const report = readStatusReport(exchange.body)
    if (isRefused(report)) return report
    this.#options.tell?.({ type, serialNumber: serialOf(client), by: client.type, maker: makerOf(client), report })
    return { status: 200 }
  }

  #later(): Reply {
    const seconds = this.#options.retryAfterSeconds ?? defaultRetryAfter
    return { status: 202, headers: { 'retry-after': `${seconds}` } }
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now()
  }
}

const serialOf = (client: Client): string => (client.type === 'pledge' ? client.facts : client.member).serialNumber

const makerOf = (client: Client): string | undefined => (client.type === 'pledge' ? client.maker.name : undefined)
