/**
 * From a skill or a role to one agent, for each call. What belongs together goes to the agent that has it. Otherwise the
 * choice is free: agents are tried until a session with one is up, and nothing of the request is sent before.
 * @module
 */
import { type Agent, AgentError, type Connection } from '@vagus/agent'
import { firstAnswer } from '@vagus/agent/first-answer'
import type { AgentId } from '@vagus/identity'
import { type Claim, claimOf, claimRule, claimText } from '@vagus/lookup'
import type { Belongings } from '../wire/belongings.ts'
import { ProblemError } from '../wire/problem.ts'
import { type Candidate, Choice } from './choice.ts'
import type { Believed, Claimants } from './claimants.ts'
import type { Holder, Holders, Place } from './holders.ts'
import { Learner, type LearnerParts } from './learner.ts'
import { nobodyProblem } from './nobody.ts'

/** Milliseconds that an agent is tried before the next is tried beside it. */
const headStart = 1000
/** What a caller asks for without beginning anything: it stays with one agent as long as that can be reached. */
const rest = 'rest'

export interface Chosen {
  readonly agent: AgentId
  readonly learner: Learner
}

export interface ChooserParts {
  readonly agent: Pick<Agent, 'id' | 'connect' | 'connected'>
  readonly claimants: Claimants
  readonly holders: Holders
  /** Open calls to an agent. */
  readonly callsTo: (agent: AgentId) => number
}

export class Chooser {
  readonly #parts: ChooserParts
  readonly #choice = new Choice()

  constructor(parts: ChooserParts) {
    this.#parts = parts
  }

  /**
   * The agent for a request, with a session that is up, and what notes its answer.
   * @throws {ProblemError} and {AgentError}: then nothing was sent; the reason of `signal`
   */
  async choose(place: Place, belongings: Belongings, signal: AbortSignal): Promise<Chosen> {
    const claim = claimOf(place.word)
    if (claim === undefined) throw new ProblemError('bad-request', `"${place.word.slice(0, 160)}" must be ${claimRule}`)
    const { words, kind } = belongings
    const held = this.#holderOf(place, claim, words)
    if (held !== undefined) {
      await this.#connectHolder(held.agent, signal)
      return this.#taken(place, claim, belongings, held)
    }
    const before = this.#resting(place, kind)
    const chosen = await this.#choose(claim, belongings, before?.agent, signal)
    // Another request may have been quicker: of the same context, or of those that stay together.
    const resting = this.#resting(place, kind)
    const quicker = this.#holderOf(place, claim, words) ?? (resting?.agent === before?.agent ? undefined : resting)
    if (quicker !== undefined && quicker.agent !== chosen.agent) await this.#connectHolder(quicker.agent, signal)
    const holder = quicker ?? chosen
    if (kind !== 'begins' && holder.agent !== resting?.agent) this.#parts.holders.move(place, rest, holder, Date.now())
    return this.#taken(place, claim, belongings, holder)
  }

  /** For a call of before a restart. */
  learnerOf(place: Place, agent: AgentId): Learner | undefined {
    const rule = this.#parts.holders.ruleOf(place, agent)
    return rule === undefined ? undefined : this.#learner(place, { holder: { agent, rule }, isFree: false, begun: [] })
  }

  /** One that is free to be chosen, with a session that is up. */
  async #choose(
    claim: Claim,
    { words, kind }: Belongings,
    preferred: AgentId | undefined,
    signal: AbortSignal,
  ): Promise<Holder> {
    const { agent, claimants } = this.#parts
    const answer = await claimants.find(claim)
    const believed = answer.claimants.filter(({ identity }) => identity.id !== agent.id)
    if (believed.length === 0) {
      const others = (await claimants.findAnybody(claim)).filter(({ identity }) => identity.id !== agent.id)
      throw nobodyProblem(claim, answer, others)
    }
    if (kind === 'continues' && believed.length > 1)
      throw new ProblemError('unknown-holder', unknownHolder(claim, words[0]!, believed.length))
    return this.#firstOf(believed, claim, preferred, signal)
  }

  /** Whom the request must go to. What a holder has that is no longer believed is anybody's again. */
  #holderOf(place: Place, claim: Claim, words: readonly string[]): Holder | undefined {
    const { holders, claimants } = this.#parts
    for (const word of words) {
      const holder = holders.of(place, [word], Date.now())
      if (holder === undefined) continue
      if (claimants.isBelieved(holder.rule, claim, holder.agent)) return holder
      holders.release(place, [word])
    }
    return undefined
  }

  /** With whom it stays, unless it begins something. */
  #resting(place: Place, kind: Belongings['kind']): Holder | undefined {
    return kind === 'begins' ? undefined : this.#parts.holders.of(place, [rest], Date.now())
  }

  async #firstOf(
    believed: readonly Believed[],
    claim: Claim,
    preferred: AgentId | undefined,
    signal: AbortSignal,
  ): Promise<Holder> {
    const { agent, callsTo } = this.#parts
    const sessions = new Map(agent.connected().map((one) => [one.peer.identity.id, sessionOf(one)]))
    const candidates = believed.map(({ identity: { id }, state }) => ({
      id,
      state,
      session: sessions.get(id) ?? 'none',
      calls: callsTo(id),
    }))
    const problems: string[] = []
    const attempt = async (id: AgentId): Promise<AgentId> => {
      try {
        await this.#connect(id, signal)
        return id
      } catch (error) {
        problems.push(`${id}: ${reasonOf(error as Error, signal)}`)
        throw error
      }
    }
    const ways = this.#choice.order(candidates, Date.now(), preferred)
    const reached = await firstAnswer({
      ways,
      attempt,
      headStart: () => headStart,
      over: signal,
      tooLate: () => undefined,
    }).catch((error: unknown) => {
      if (isGone(signal)) throw error
      const who = ways.length === 1 ? `the only agent with ${claimText(claim)}` : `each of ${ways.length} agents`
      throw new ProblemError('unreachable', `${who} is not reached: ${problems.join('; ')}`)
    })
    return { agent: reached, rule: believed.find(({ identity }) => identity.id === reached)!.rule }
  }

  async #connect(id: AgentId, signal: AbortSignal): Promise<void> {
    await this.#parts.agent.connect(id, { signal }).catch((error: unknown) => {
      if (!isGone(signal)) this.#choice.failed(id, 'unreached', Date.now())
      throw error
    })
  }

  /** No other agent may have the request. */
  async #connectHolder(id: AgentId, signal: AbortSignal): Promise<void> {
    await this.#connect(id, signal).catch((error: unknown) => {
      if (isGone(signal)) throw error
      throw new ProblemError(
        'unreachable',
        `${id}, which has what this belongs to, is not reached: ${reasonOf(error as Error, signal)}`,
      )
    })
  }

  /** @throws {ProblemError} where a roster that came meanwhile says otherwise */
  #taken(place: Place, claim: Claim, { words, kind }: Belongings, holder: Holder): Chosen {
    if (!this.#parts.claimants.isBelieved(holder.rule, claim, holder.agent))
      throw new ProblemError('unreachable', `${holder.agent} may not answer to ${claimText(claim)} any more; try again`)
    const begun = this.#parts.holders.hold(place, words, holder, Date.now())
    return { agent: holder.agent, learner: this.#learner(place, { holder, isFree: kind === 'begins', begun }) }
  }

  #learner(place: Place, call: Pick<LearnerParts, 'holder' | 'isFree' | 'begun'>): Learner {
    return new Learner({ holders: this.#parts.holders, choice: this.#choice, place, ...call })
  }
}

const sessionOf = ({ isSilent, moving }: Pick<Connection, 'isSilent' | 'moving'>): Candidate['session'] =>
  isSilent ? (moving === undefined ? 'silent' : 'moving') : 'up'

/** The program closed its connection: that says nothing of any agent. That time is over does. */
const isGone = ({ reason }: AbortSignal): boolean => reason instanceof AgentError && reason.code === 'cancelled'

const reasonOf = (error: Error, { reason }: AbortSignal): string =>
  error === reason ? 'it did not answer in time' : error.message

function unknownHolder(claim: Claim, word: string, agents: number): string {
  const [kind] = word.split(':', 1)
  const what = kind === 'session' ? 'session' : `task (${word.slice('task:'.length, 120)})`
  return `it is not known which of ${agents} agents with ${claimText(claim)} has this ${what}; call its agent by name`
}
