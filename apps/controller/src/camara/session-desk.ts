/** Sessions of quality-on-demand: takes what consumers ask for, and orders a line for each. @module */
import type { Actor } from '@vagus/api/actor'
import type { CamaraConfig, CamaraDevice, CreateSession, SessionInfo } from '@vagus/api/camara'
import type { LineChange, LineQuote, LineRequest } from '@vagus/api/lines'
import { isContested } from '@vagus/line'
import { ProblemError } from '../http/problem.ts'
import { AskRate } from '../lines/agents/ask-rate.ts'
import { CamaraError } from './camara-error.ts'
import { flowBetween, type Places } from './places.ts'
import { durationsOf, type Profile } from './qos-profiles.ts'
import { maxKept } from './session-book.ts'
import type { LifeParts, SessionLife } from './session-life.ts'
import { actorOf, isOpen, type KeptSession, lineKeyOf, sessionInfo } from './session.ts'
import type { Sinks } from './sinks.ts'

/** Who asks: a name of `camara.consumers`; null: the operator, who sees all sessions. */
export type Consumer = string | null

/** What it does with lines, besides their end. */
interface OrderedLines {
  quote(request: LineRequest, by: Actor): LineQuote
  order(request: LineRequest, key: string, by: Actor): unknown
  change(id: string, change: LineChange, by: Actor): Promise<unknown>
}

export interface SessionDeskParts extends Omit<LifeParts, 'lines' | 'report'> {
  readonly config: CamaraConfig
  readonly lines: OrderedLines
  readonly life: Pick<SessionLife, 'over' | 'look'>
  readonly places: Places
  readonly sinks: Sinks
}

/** What one consumer may create and extend in a minute: routers, disk and event log have work with each. */
export const asksPerMinute = 60
/**
 * Milliseconds by which a line is ordered for longer than its session: a session begins when its line is there. It ends with the
 * session; only where the controller is dead then, so much later.
 */
export const slackMs = 60_000
/** Of `retrieve-sessions`. */
const maxRetrieved = 100

export class SessionDesk {
  readonly #parts: SessionDeskParts
  readonly #rate = new AskRate(asksPerMinute)
  /** Sessions whose lines are being prolonged: a second extension would begin from the same duration. */
  readonly #extending = new Set<string>()

  constructor(parts: SessionDeskParts) {
    this.#parts = parts
  }

  /** @throws {CamaraError}; so with all others */
  create(consumer: Consumer, asked: CreateSession): SessionInfo {
    const { book, places, newId, now } = this.#parts
    const { applicationServer, qosProfile, duration } = asked
    const profile = this.#profile(qosProfile)
    checkDuration(duration, profile)
    refusePorts(asked)
    const sink = this.#sinkOf(asked)
    const device = places.device(asked.device)
    const server = places.server(applicationServer)
    this.#checkSite(consumer, device.site)
    if (profile.status !== 'ACTIVE')
      throw new CamaraError(
        'QUALITY_ON_DEMAND.QOS_PROFILE_NOT_APPLICABLE',
        `${profile.name} is ${profile.status}; only of an ACTIVE profile sessions are created`,
      )
    const session: KeptSession = {
      id: newId(),
      consumer,
      device: device.device,
      applicationServer,
      profile: profile.name,
      ...(sink === undefined ? {} : { sink }),
      from: device.site,
      to: server.site,
      flow: flowBetween(device, server),
      duration,
      status: 'REQUESTED',
      since: now(),
      news: [],
    }
    this.#refuseConflict(session)
    this.#refuseTooMany(consumer)
    this.#refuseTooOften(consumer)
    const request = lineRequestOf(session, profile)
    this.#refuseImpossible(session, request)
    book.put(session)
    try {
      this.#parts.lines.order(request, lineKeyOf(session), actorOf(session))
    } catch (error) {
      book.forget(session.id)
      throw notPossible(session, error)
    }
    return sessionInfo(session)
  }

  find(consumer: Consumer, id: string): SessionInfo {
    return sessionInfo(this.#own(consumer, id))
  }

  /** Sessions of that device, those that changed last first. */
  retrieve(consumer: Consumer, asked: CamaraDevice | undefined): readonly SessionInfo[] {
    const { places, book } = this.#parts
    const { prefixes } = places.device(asked)
    return book.all
      .filter((one) => this.#isSeen(consumer, one) && one.flow.from.some((prefix) => prefixes.includes(prefix)))
      .toSorted((one, other) => other.since - one.since)
      .slice(0, maxRetrieved)
      .map(sessionInfo)
  }

  delete(consumer: Consumer, id: string): void {
    const session = this.#own(consumer, id)
    const { book, life } = this.#parts
    const over = isOpen(session) ? life.over(session, 'DELETE_REQUESTED') : session
    book.put({ ...over, isDeleted: true })
    life.look()
  }

  /** Up to the longest duration of its profile; it is no error to ask for more. */
  async extend(consumer: Consumer, id: string, seconds: number): Promise<SessionInfo> {
    const { lines, lineBook, book } = this.#parts
    const session = this.#own(consumer, id)
    if (session.status !== 'AVAILABLE') throw notExtended(session, 'only one that is AVAILABLE can be extended')
    if (this.#extending.has(id)) throw notExtended(session, 'it is being extended; ask again once that is answered')
    this.#refuseTooOften(consumer)
    const { most } = durationsOf(this.#profile(session.profile))
    const duration = Math.max(session.duration, Math.min(session.duration + seconds, most))
    const expiresAt = session.startedAt! + duration * 1000 // sound: it is AVAILABLE
    const line = lineBook.withKey(lineKeyOf(session))
    if (line === undefined || duration === session.duration) return sessionInfo(session)
    this.#extending.add(id)
    try {
      await lines.change(line.id, { end: new Date(expiresAt + slackMs).toISOString() }, actorOf(session))
    } catch (error) {
      if (!isRefusal(error)) throw error
      throw notExtended(session, toldTo(session, error.message, 'it cannot be longer now'))
    } finally {
      this.#extending.delete(id)
    }
    const now = book.find(id)
    if (now?.status !== 'AVAILABLE') throw notExtended(now ?? session, 'it ended meanwhile')
    return sessionInfo(book.put({ ...now, duration, expiresAt }))
  }

  /** Asked first, so that tries of consumers do not fill the record. */
  #refuseImpossible(session: KeptSession, request: LineRequest): void {
    const { possible, because, alternative } = this.#quoted(session, request)
    if (possible) return
    const instead = alternative === null ? '' : `; ${alternative}`
    throw notApplicable(session, `${because}${instead}`, `there is no room for it now${instead}`)
  }

  /** Not every prefix of a site is at one of its routers. */
  #quoted(session: KeptSession, request: LineRequest): LineQuote {
    try {
      return this.#parts.lines.quote(request, actorOf(session))
    } catch (error) {
      throw notPossible(session, error)
    }
  }

  #profile(name: string): Profile {
    const found = this.#parts.config.profiles.find((one) => one.name === name)
    if (found !== undefined) return found
    const names = this.#parts.config.profiles.map((one) => one.name).join(', ')
    throw new CamaraError('INVALID_ARGUMENT', `qosProfile: there is no "${name}"; there are ${names}`)
  }

  #sinkOf({ sink: url, sinkCredential: credential }: CreateSession): KeptSession['sink'] {
    if (credential?.credentialType === 'PRIVATE_KEY_JWT')
      throw new CamaraError(
        'PRIVATE_KEY_JWT_NOT_CONFIGURED',
        'this controller has no key for sinks; use an ACCESSTOKEN',
      )
    if (url === undefined) return undefined
    this.#parts.sinks.check(url)
    if (credential === undefined) return { url }
    return { url, token: { text: credential.accessToken, until: Date.parse(credential.accessTokenExpiresUtc) } }
  }

  #checkSite(consumer: Consumer, site: string): void {
    const sites = this.#parts.config.consumers.find(({ name }) => name === consumer)?.sites ?? []
    if (sites.length > 0 && !sites.includes(site))
      throw new CamaraError('PERMISSION_DENIED', `${consumer} has no devices at the site where this one is`)
  }

  /** One that the network ended stays in the way until it is deleted or forgotten, as CAMARA wants it. */
  #refuseConflict(session: KeptSession): void {
    const always = { start: 0, end: Infinity }
    const other = this.#parts.book.all.find(
      (one) =>
        one.isDeleted !== true &&
        (isOpen(one) || one.info === 'NETWORK_TERMINATED') &&
        isContested({ ...one, ...always }, { ...session, ...always }),
    )
    if (other === undefined) return
    const which = this.#isSeen(session.consumer, other) ? `session ${other.id}` : 'a session of another consumer'
    const fix = isOpen(other) ? 'delete it first, or extend it' : 'the network ended it; delete it first'
    throw new CamaraError('CONFLICT', `${which} is for these packets already; ${fix}`)
  }

  #refuseTooMany(consumer: Consumer): void {
    const { config, book } = this.#parts
    const { open } = book
    const own = open.filter((one) => one.consumer === consumer).length
    const most = config.consumers.find(({ name }) => name === consumer)?.count ?? config.count
    if (own >= most) throw new CamaraError('QUOTA_EXCEEDED', `${own} sessions are there, as many as you may have`)
    if (open.length >= config.count)
      throw new CamaraError('QUOTA_EXCEEDED', `${open.length} sessions are there, as many as camara.count allows`)
    if (book.all.length >= maxKept)
      throw new CamaraError('QUOTA_EXCEEDED', 'too many sessions have ended lately; delete those that are over')
  }

  #refuseTooOften(consumer: Consumer): void {
    const wait = this.#rate.ask(consumer ?? '', this.#parts.now())
    if (wait === 0) return
    const again = `again in ${Math.ceil(wait / 1000)} s`
    throw new CamaraError(
      'TOO_MANY_REQUESTS',
      `${asksPerMinute} sessions may be created or extended a minute; ${again}`,
    )
  }

  #isSeen(consumer: Consumer, session: KeptSession): boolean {
    return session.isDeleted !== true && (consumer === null || session.consumer === consumer)
  }

  #own(consumer: Consumer, id: string): KeptSession {
    const session = this.#parts.book.find(id)
    if (session === undefined || session.isDeleted === true)
      throw new CamaraError('NOT_FOUND', `there is no session ${id}`)
    if (this.#isSeen(consumer, session)) return session
    throw new CamaraError('PERMISSION_DENIED', `session ${id} was created by somebody else`)
  }
}

function checkDuration(duration: number, profile: Profile): void {
  const { least, most } = durationsOf(profile)
  if (duration >= least && duration <= most) return
  throw new CamaraError(
    'QUALITY_ON_DEMAND.DURATION_OUT_OF_RANGE',
    `duration: ${duration} must be ${least}..${most} s for ${profile.name}`,
  )
}

function refusePorts({ devicePorts, applicationServerPorts }: CreateSession): void {
  if (devicePorts === undefined && applicationServerPorts === undefined) return
  throw new CamaraError(
    'SERVICE_NOT_APPLICABLE',
    'this network tells packets apart by their addresses alone; leave out devicePorts and applicationServerPorts',
  )
}

function lineRequestOf(session: KeptSession, { rate, maxDelayMs, protect }: Profile): LineRequest {
  const { from, to, flow, duration } = session
  return {
    from,
    to,
    flow: { from: [...flow.from], to: [...flow.to] },
    bitsPerSecond: rate,
    for: `${duration + slackMs / 1000}s`,
    ...(maxDelayMs === undefined ? {} : { maxDelayMs }),
    ...(protect ? { protect } : {}),
  }
}

/** Names of routers and of lines of others are the operator's matter. */
const toldTo = ({ consumer }: KeptSession, whole: string, short: string): string => (consumer === null ? whole : short)

const notApplicable = (session: KeptSession, whole: string, short: string): CamaraError =>
  new CamaraError(
    'QUALITY_ON_DEMAND.QOS_PROFILE_NOT_APPLICABLE',
    `${session.profile}: ${toldTo(session, whole, short)}`,
  )

/** What a line was refused for; what is no refusal stays what it is. */
const notPossible = (session: KeptSession, error: unknown): unknown =>
  isRefusal(error) ? notApplicable(session, error.message, 'the network cannot have it now') : error

const isRefusal = (error: unknown): error is ProblemError => error instanceof ProblemError && error.problem.status < 500

const notExtended = ({ status }: KeptSession, because: string): CamaraError =>
  new CamaraError('QUALITY_ON_DEMAND.SESSION_EXTENSION_NOT_ALLOWED', `the session is ${status}: ${because}`)
