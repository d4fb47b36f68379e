/** Connects to the agent that a request names, or to one of those that its skill or role names. @module */
import { type Agent, AgentError } from '@vagus/agent'
import { type AgentId, agentNameOf } from '@vagus/identity'
import { isOfClaim } from '@vagus/lookup'
import type { Chooser } from '../found/chooser.ts'
import type { Learner } from '../found/learner.ts'
import type { ObservedCall } from '../observed/observed-call.ts'
import type { Belongings } from '../wire/belongings.ts'
import { ProblemError } from '../wire/problem.ts'
import type { LocalRequest } from './local-request.ts'

/** Milliseconds of waiting for a session that observers are told of also where there was one. */
const toldWait = 100
/** How long a new call waits for an agent that cannot be reached. Milliseconds. */
const reachWithin = 20_000

/** The agent that is called. */
export interface Reached {
  readonly name: string
  readonly id: AgentId
  readonly learner: Learner | undefined
}

export class Reaching {
  readonly #agent: Pick<Agent, 'connect' | 'connected'>
  readonly #chooser: Chooser | undefined

  constructor(agent: Pick<Agent, 'connect' | 'connected'>, chooser: Chooser | undefined) {
    this.#agent = agent
    this.#chooser = chooser
  }

  /** An exchange waits as long as it takes; a program is told soon that nobody is there, and that nothing was sent. */
  async reach(local: LocalRequest, belongings: () => Belongings, observed: ObservedCall | undefined): Promise<Reached> {
    const began = performance.now()
    const isConnected = observed === undefined || this.#isConnected(local.agent)
    const { agent, response } = local
    const over = new AbortController()
    const stop = (): void => over.abort(new AgentError('cancelled', 'the program closed its connection'))
    const late = (): void =>
      over.abort(new AgentError('unreachable', `${agent} did not answer within ${reachWithin / 1000} s`))
    response.once('close', stop)
    const timer = setTimeout(late, reachWithin)
    try {
      const reached = await this.#connect(local, belongings, over.signal)
      const waited = Math.round(performance.now() - began)
      if (!isConnected || waited >= toldWait) observed?.event('vagus.path.waited', { 'vagus.wait.ms': waited })
      return reached
    } finally {
      clearTimeout(timer)
      response.off('close', stop)
    }
  }

  #isConnected(agent: string): boolean {
    return this.#agent
      .connected()
      .some(({ peer: { identity } }) => identity.id === agent || agentNameOf(identity) === agent)
  }

  async #connect({ agent, caller }: LocalRequest, belongings: () => Belongings, signal: AbortSignal): Promise<Reached> {
    if (!isOfClaim(agent)) {
      const { peer } = await this.#agent.connect(agent, { signal })
      return { name: agent, id: peer.identity.id, learner: undefined }
    }
    if (this.#chooser === undefined)
      throw new ProblemError('unknown-agent', 'this side-car looks up agents by name only')
    const chosen = await this.#chooser.choose({ caller, word: agent }, belongings(), signal)
    return { name: chosen.agent, id: chosen.agent, learner: chosen.learner }
  }
}
