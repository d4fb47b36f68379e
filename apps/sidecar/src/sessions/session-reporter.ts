/**
 * Tells the controller of the agent's sessions: a second after something changed at the latest, and within ten seconds
 * in any case; where radios sleep, at each beat; that it ends, at once. A report that does not get there is not sent
 * again: the next one says all.
 * @module
 */
import { randomBytes } from 'node:crypto'
import type { Agent, Beat } from '@vagus/agent'
import type { SessionReport } from '@vagus/api'
import { maxReportOctets, reportEverySeconds, sessionReportType } from '@vagus/api/session-report'
import { type CompactJws, signJws } from '@vagus/identity'
import type { LocalAgent } from '@vagus/keyring'
import type { ControllerList } from '@vagus/lookup'
import type { Fleet } from '../roster/fleet.ts'
import { essenceOf, reportedSessions } from './reported-sessions.ts'

const lookEvery = 1000
const endWithin = 1000
/** Milliseconds by which reports may be ahead of the clock; more, and it was set back since the last one. */
const clockPatience = 60_000

export interface SessionReporterOptions {
  readonly agent: Pick<Agent, 'connected'>
  /** The agent with its keys of now. */
  readonly own: () => LocalAgent
  readonly list: Pick<ControllerList, 'reportSessions'>
  /** By whose roster the agent decides. */
  readonly fleet?: Pick<Fleet, 'owner' | 'roster'> | undefined
  /** Of this host, if a radio is to sleep. */
  readonly beat?: Pick<Beat, 'each' | 'every'> | undefined
}

export class SessionReporter {
  readonly #options: SessionReporterOptions
  /** Of this process: two that have the key of one agent are told apart by it. */
  readonly #run = randomBytes(8).toString('hex')
  readonly #stop = new AbortController()
  readonly #endLooks: () => void
  #told = ''
  #toldAt = -Infinity
  #signedAt = -Infinity
  #isTelling = false

  constructor(options: SessionReporterOptions) {
    this.#options = options
    const look = (): void => void this.#look()
    const { beat } = options
    const timer = beat === undefined ? setInterval(look, lookEvery) : setTimeout(look, lookEvery)
    timer.unref()
    const endBeat = beat?.each(look)
    this.#endLooks = () => {
      clearInterval(timer)
      endBeat?.()
    }
  }

  /** Tells for the last time, within a second, so that the agent does not look as if it were still there. */
  async end(): Promise<void> {
    this.#endLooks()
    this.#stop.abort()
    await this.#tell({ sessions: [], more: 0, ends: true }, AbortSignal.timeout(endWithin)).catch(() => undefined)
  }

  async #look(): Promise<void> {
    const { agent } = this.#options
    const reported = reportedSessions(agent)
    const roster = this.#rosterInForce()
    const every = this.#every
    const essence = `${roster?.epoch} ${essenceOf(reported.sessions)}`
    const now = Date.now()
    const isDue = Math.abs(now - this.#toldAt) >= (reportEverySeconds - 1) * 1000
    if (this.#isTelling || (essence === this.#told && !isDue)) return
    this.#isTelling = true
    try {
      await this.#tell(
        { ...reported, ...(roster === undefined ? {} : { roster }), ...(every === undefined ? {} : { every }) },
        this.#stop.signal,
      )
      this.#told = essence
      this.#toldAt = now
    } catch {
      this.#toldAt = now // whoever publishes the document says what is wrong with the controller; again in ten seconds
    } finally {
      this.#isTelling = false
    }
  }

  /** Seconds, as long as the agent does not tell more often. */
  get #every(): number | undefined {
    const seconds = Math.ceil((this.#options.beat?.every ?? 0) / 1000)
    return seconds > reportEverySeconds ? seconds : undefined
  }

  #rosterInForce(): SessionReport['roster'] {
    const { fleet } = this.#options
    return fleet?.roster && { owner: fleet.owner, epoch: fleet.roster.epoch }
  }

  async #tell(told: Told, signal: AbortSignal): Promise<void> {
    const { own, list } = this.#options
    const local = own()
    const now = Date.now()
    const isSetBack = now < this.#signedAt - clockPatience
    this.#signedAt = isSetBack ? now : Math.max(now, this.#signedAt + 1) // one that is not later than the last is refused
    await list.reportSessions(local.name, signedReport(local, { ...told, run: this.#run }, this.#signedAt), signal)
  }
}

type Told = ReturnType<typeof reportedSessions> & Pick<SessionReport, 'ends' | 'every' | 'roster' | 'run'>

/** With as many of the newest sessions as fit. @param now milliseconds since 1970 */
function signedReport(
  { identity, signer }: Pick<LocalAgent, 'identity' | 'signer'>,
  { sessions, more, ...others }: Told,
  now: number,
): CompactJws {
  const report: SessionReport = { agent: identity.id, at: new Date(now).toISOString(), sessions, more, ...others }
  const signed = signJws(sessionReportType, new TextEncoder().encode(JSON.stringify(report)), signer)
  if (signed.length <= maxReportOctets) return signed
  const left = Math.ceil(sessions.length / 2)
  return signedReport({ identity, signer }, { sessions: sessions.slice(left), more: more + left, ...others }, now)
}
