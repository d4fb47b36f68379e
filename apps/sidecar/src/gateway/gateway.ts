/**
 * The face of a gateway: chosen agents at `https://HOST/agents/NAME/…`, for callers that have no Vagus but an access token. It is
 * a second guard before the same calls that local programs make: whoever is let in here asks through them, with the name that
 * the token proves beside the request.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TlsFiles } from '@vagus/keyring/tls-files'
import type { AnyMetric } from '@vagus/signals'
import type { Calls } from '../local/calls.ts'
import { type HttpListener, listenHttp } from '../local/http-listener.ts'
import type { LocalListener } from '../local/local-listener.ts'
import { writeProblem } from '../local/response-writer.ts'
import { cardTarget } from '../wire/agent-card.ts'
import { outsiderKey, outsiderText } from '../wire/outsider.ts'
import { ProblemError, problemOfError, type Reason } from '../wire/problem.ts'
import { Callers, type CallersOptions, type LetIn } from './callers.ts'
import { ExpiringStreams } from './expiring-streams.ts'
import { GatewayMeters, type Outcome } from './gateway-meters.ts'
import { type Begun, type CallerLimits, Limits } from './limits.ts'
import { ofCaller, ofStranger, type OutsideRules } from './outside-request.ts'
import { type Place, placeOf } from './place.ts'
import { challengeFor, metadataFor, urlOf } from './protected-resource.ts'
import { Refused } from './refused.ts'
import { allowOrigin, checkSite, type Site } from './site.ts'
import { strangerAt } from '../local/stranger.ts'

export interface GatewayOptions extends CallersOptions {
  /** Where it listens: an IP address, and 0 for a port that the kernel chooses. */
  readonly host: string
  readonly port: number
  /** Without it plain HTTP, for a proxy before it. */
  readonly tls?: TlsFiles | undefined
  /** How callers know it: `https://agents.example.com`; `undefined`: by where it listens. */
  readonly publicUrl?: string | undefined
  /** What is called for each name there: an agent's name, or `skill:x`, `role:x`. */
  readonly published: ReadonlyMap<string, string>
  /** Whether `/agents` tells everybody what is published. */
  readonly lists: 'all' | 'nothing'
  readonly origins: readonly string[]
  /** Hosts to which agents may be asked to send notifications. */
  readonly webhooks: readonly string[]
  readonly limits: CallerLimits
  /** Of the content of a request, in octets. */
  readonly maxOctets: number
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** Connections of all callers; further ones are closed. Each takes a descriptor: `vagus doctor` says how many there are. */
const maxConnections = 4096
/** Of one host. Behind a proxy all callers are one, and it has limits of its own. */
const maxFromOne = 256
/** A head of a caller outside, in octets: a token of an issuer with many groups has some 12 KiB. */
const maxHeadOctets = 32_768
/** Milliseconds for a request with its content: what comes slower holds a connection for nothing. */
const requestWithin = 120_000
/** What strangers get of one address, together: what everybody may read, and tokens that are refused. */
const ofStrangers: CallerLimits = { atOnce: 32, streams: 0, rate: 20 }
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export interface Gateway extends LocalListener {
  metrics(): readonly AnyMetric[]
}

/** @throws node's error when the port cannot be had, or the certificate not be read */
export async function listenOutside(calls: Pick<Calls, 'answer'>, options: GatewayOptions): Promise<Gateway> {
  const { host, port, tls } = options
  let door: Door | undefined
  const server: HttpListener = await listenHttp(async (request, response) => door?.answer(request, response), {
    host,
    port,
    maxConnections,
    ...(tls !== undefined && { maxFromOne }),
    maxHeadOctets,
    requestWithin,
    tls: tls?.read(),
  })
  const shown = host.includes(':') ? `[${host}]` : host
  const heard = `${tls === undefined ? 'http' : 'https'}://${shown}:${server.port}`
  const url = options.publicUrl ?? heard
  const listening = new Door(calls, options, { url, hosts: [new URL(heard).host], origins: options.origins })
  door = listening
  const renewal = tls?.watch((next) => server.renew(next))
  return {
    url,
    metrics: () => listening.meters.metrics(),
    async close() {
      renewal?.[Symbol.dispose]()
      await server.close()
    },
  }
}

class Door {
  readonly meters: GatewayMeters
  readonly #calls: Pick<Calls, 'answer'>
  readonly #options: GatewayOptions
  readonly #site: Site
  readonly #callers: Callers
  readonly #limits: Limits
  readonly #strangers = new Limits(ofStrangers)
  readonly #rules: OutsideRules

  constructor(calls: Pick<Calls, 'answer'>, options: GatewayOptions, site: Site) {
    this.#calls = calls
    this.#options = options
    this.#site = site
    this.#callers = new Callers(options)
    this.#limits = new Limits(options.limits)
    const { issuer, scopes, webhooks, maxOctets, limits } = options
    const proofs = { issuer: issuer?.name, scopes, pushes: webhooks.length > 0 }
    const streams = new ExpiringStreams()
    this.#rules = { proofs, webhooks, maxOctets, maxStreams: limits.streams, streams }
    this.meters = new GatewayMeters(() => this.#limits.open)
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let refused: Reason | undefined
    response.once('close', () => this.meters.count(refused ?? outcomeOf(response)))
    response.setHeader('x-content-type-options', 'nosniff')
    if (this.#options.tls !== undefined) response.setHeader('strict-transport-security', 'max-age=31536000')
    try {
      await this.#answer(request, response)
    } catch (error) {
      if (response.headersSent) return void response.destroy()
      const refusal = error instanceof Refused ? error : undefined
      refused = refusal?.reason ?? (error instanceof ProblemError ? error.reason : undefined)
      writeProblem(response, problemOfError(error), refusal?.fields)
      request.resume() // to break off would reset the connection under the answer
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, rawHeaders, method = 'GET', url = '' } = request
    checkSite(headers, rawHeaders, this.#site)
    if (allowOrigin(headers, method, response)) return
    if (!methods.has(method)) throw new ProblemError('bad-request', `"${method}" is not carried here`)
    const place = placeOf(url)
    const name = place.kind === 'index' ? undefined : this.#published(place.name)
    const isOpen = place.kind !== 'agent' || (isRead(method) && place.target === cardTarget)
    if (!isOpen || headers.authorization !== undefined) {
      const begun = await this.#letIn(request, place)
      if (begun !== undefined) return this.#pass(request, response, { ...begun, place, name })
    }
    const begun = this.#begin(this.#strangers, strangerAt(request.socket.remoteAddress ?? ''))
    response.once('close', () => begun.end())
    if (place.kind === 'index') return writeJson(response, this.#index())
    if (place.kind === 'metadata') return writeJson(response, metadataFor(this.#at(place.name), this.#options))
    const { target } = place
    const outside = ofStranger(this.#rules)
    const here = urlOf(this.#at(place.name))
    await this.#calls.answer({ request, response, caller: '', agent: name!, here, target, outside })
  }

  /** `undefined`: what is asked for is for everybody, and this one proves nothing. */
  async #letIn(request: IncomingMessage, place: Place): Promise<{ caller: LetIn; begun: Begun } | undefined> {
    if (place.kind !== 'agent') return undefined
    const at = this.#at(place.name)
    const caller = await this.#callers.of(request.headers.authorization, urlOf(at), Date.now())
    if (!('reason' in caller)) return { caller, begun: this.#begin(this.#limits, outsiderKey(caller.outsider)) }
    // Of those who guess, not more than of other strangers; whoever has a good token is not held up by them.
    this.#begin(this.#strangers, strangerAt(request.socket.remoteAddress ?? '')).end()
    throw new Refused(caller.reason, caller.detail, challengeFor(caller, at, this.#options))
  }

  async #pass(
    request: IncomingMessage,
    response: ServerResponse,
    asked: { caller: LetIn; begun: Begun; place: Place; name: string | undefined },
  ): Promise<void> {
    const { caller: letIn, begun, place, name: agent } = asked
    response.once('close', () => begun.end())
    if (response.destroyed) begun.end()
    if (place.kind !== 'agent' || agent === undefined) return
    const length = Number(request.headers['content-length'] ?? 0)
    const { maxOctets, report } = this.#options
    if (length > maxOctets)
      throw new ProblemError('too-large', `a request has at most ${maxOctets} octets here, this one ${length}`)
    const here = urlOf(this.#at(place.name))
    const { target } = place
    const outside = ofCaller({ request, response, caller: letIn, begun }, this.#rules)
    const { outsider } = letIn
    const caller = `outside ${outsiderKey(outsider)}` // no name of a local token has a space
    try {
      await this.#calls.answer({ request, response, caller, agent, here, target, outside })
    } finally {
      if (response.statusCode === 403) report(`${outsiderText(outsider)} was refused at ${place.name}`)
    }
  }

  #at(name: string): { readonly site: string; readonly name: string } {
    return { site: this.#site.url, name }
  }

  /** @throws {Refused} `too-many` */
  #begin(limits: Limits, key: string): Begun {
    const begun = limits.begin(key, performance.now())
    if (!('retryAfter' in begun)) return begun
    const detail = `too many requests of this caller, at once or in the last seconds; try again in ${begun.retryAfter} s`
    throw new Refused('too-many', detail, { 'retry-after': String(begun.retryAfter) })
  }

  /** @throws {ProblemError} `not-published` */
  #published(name: string): string {
    const agent = this.#options.published.get(name)
    if (agent !== undefined) return agent
    throw new ProblemError('not-published', `no agent "${name.slice(0, 80)}" is published here`)
  }

  /** @throws {ProblemError} `no-such-path` */
  #index(): object {
    if (this.#options.lists === 'nothing')
      throw new ProblemError('no-such-path', 'what is published here is not listed; call /agents/NAME/…')
    const agents = [...this.#options.published.keys()].map((name) => {
      const url = urlOf(this.#at(name))
      return { name, url, card: `${url}${cardTarget}`, mcp: `${url}/mcp` }
    })
    return { agents }
  }
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD'

function outcomeOf(response: ServerResponse): Outcome {
  if (!response.headersSent) return 'left'
  return `${Math.floor(response.statusCode / 100) as 1 | 2 | 3 | 4 | 5}xx`
}

function writeJson(response: ServerResponse, value: object): void {
  const text = JSON.stringify(value)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
