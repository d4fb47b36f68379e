/**
 * Which service calls get: those of local programs, and those of others that are served here. With a roster it says so;
 * without one it is what this side-car was told, both ways. A program may ask for less, and nobody gets more by asking.
 * @module
 */
import type { AgentOptions } from '@vagus/agent'
import type { AgentId } from '@vagus/identity'
import {
  grantedService,
  isServiceName,
  lesserService,
  mostService,
  type ServedCall,
  type ServiceName,
  serviceNames,
  usualService,
} from '@vagus/qos'
import type { RequestHead } from '../wire/http-exchange.ts'
import { ProblemError } from '../wire/problem.ts'
import { askedCalls, asksByContent } from './asked-calls.ts'
import type { Fleet } from './fleet.ts'

/** In a request: what its program asks for. At the local server and in the answer: what the call has. */
export const serviceField = 'Vagus-Service'

/**
 * What an agent does of it before a call is known. Packets are marked as was said, else once somebody has chosen a service:
 * so nothing changes for those who never heard of services.
 * @param told as of `CallServices` @param said whether they are marked
 */
export function serviceOptions(
  fleet: Pick<Fleet, 'member' | 'serviceRules'> | undefined,
  told: ServiceName | undefined,
  said?: 'on' | 'off',
): Required<Pick<AgentOptions, 'marks' | 'answersIn'>> {
  return {
    marks: () => said ?? (told !== undefined || (fleet?.serviceRules.length ?? 0) > 0 ? 'on' : 'off'),
    answersIn: ({ identity: { id } }) =>
      fleet === undefined ? (told ?? usualService) : mostService(fleet.serviceRules, fleet.member(id)?.roles ?? []),
  }
}

export class CallServices {
  readonly #own: AgentId
  readonly #fleet: Pick<Fleet, 'member' | 'serviceRules' | 'servesByContent'> | undefined
  readonly #told: ServiceName | undefined

  /** @param own the agent @param told of this side-car; without a roster the most that its calls get, and those to it */
  constructor(own: AgentId, fleet?: Pick<Fleet, 'member' | 'serviceRules' | 'servesByContent'>, told?: ServiceName) {
    this.#own = own
    this.#fleet = fleet
    this.#told = told
  }

  /** Whether the content of such a request must be read to know. */
  readsContentOf(head: RequestHead): boolean {
    return this.#fleet?.servesByContent === true && head.speech !== 'http' && asksByContent(head)
  }

  /**
   * Of a local program. @param asked what it asks for @param body `undefined`: it was not read
   * @throws {ProblemError} `bad-request` where there is no such service
   */
  ofOwnCall(asked: string | undefined, head: RequestHead, body: Uint8Array | undefined): ServiceName {
    if (asked !== undefined && !isServiceName(asked))
      throw new ProblemError('bad-request', `${serviceField} is one of ${serviceNames.join(', ')}; not "${asked}"`)
    if (this.#fleet === undefined) return lesserService(asked ?? this.#told ?? usualService, this.#told ?? usualService)
    const granted = this.#granted(this.#own, () => askedCalls(head, head.speech === 'mcp' ? 'mcp' : 'a2a', '/', body))
    return lesserService(asked ?? this.#told ?? granted, granted)
  }

  /** Of another agent, which `claims` one. */
  ofCaller(caller: AgentId, claims: ServiceName, calls: readonly ServedCall[]): ServiceName {
    const most = this.#fleet === undefined ? (this.#told ?? usualService) : this.#granted(caller, () => calls)
    return lesserService(claims, most)
  }

  #granted(caller: AgentId, calls: () => readonly ServedCall[]): ServiceName {
    const { serviceRules } = this.#fleet!
    const roles = this.#fleet!.member(caller)?.roles ?? []
    if (serviceRules.length === 0) return usualService
    try {
      return grantedService(serviceRules, roles, calls())
    } catch (error) {
      // It is not clear what it asks for: the called side says so, if it matters there.
      if (error instanceof ProblemError) return usualService
      throw error
    }
  }
}
