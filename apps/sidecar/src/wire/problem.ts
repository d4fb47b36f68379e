/**
 * What goes wrong between two side-cars, as problem+json (RFC 9457). `type` is a URN that names the reason, so that a
 * program can tell "there is no such agent" from "it refused" without reading sentences.
 * @module
 */
import { AgentError } from '@vagus/agent'

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  /** What was wrong, and what would be right. */
  readonly detail: string
}

/** Every reason there is: its status, and its title. */
const reasons = {
  'wrong-host': [421, 'Misdirected request'],
  'wrong-origin': [403, 'Pages of other origins may not call agents'],
  'no-token': [401, 'A token is needed'],
  'invalid-token': [401, 'The access token is not accepted'],
  'issuer-away': [503, 'Whose token it is cannot be found out now'],
  'insufficient-scope': [403, 'The access token is for something else'],
  'not-published': [404, 'No such agent is published'],
  'too-many': [429, 'Too many requests'],
  'no-such-path': [404, 'No such path'],
  'no-card': [404, 'No agent card'],
  'head-too-large': [431, 'The head of the request is too large'],
  'too-large': [413, 'The content of the request is too large'],
  'unknown-agent': [404, 'No agent of this name'],
  'unknown-group': [404, 'No group of this name'],
  'unknown-holder': [404, 'It is not known which agent has it'],
  unreachable: [503, 'The agent is not reached'],
  'wrong-peer': [502, 'Somebody else answered'],
  'other-version': [502, 'The agent speaks another version of the protocol'],
  refused: [403, 'The agent refused'],
  limit: [503, 'A limit is reached'],
  failed: [502, 'The agent failed'],
  cancelled: [502, 'The request was cancelled'],
  interrupted: [502, 'The request was interrupted on the remote side'],
  gap: [502, 'It is not known how far the request came'],
  closed: [503, 'This side-car ends'],
  'server-down': [502, 'The local server does not answer'],
  'not-exposed': [404, 'Nothing is exposed at this path'],
  'bad-request': [400, 'Bad request'],
  late: [408, 'The request did not come in time'],
  'key-reused': [422, 'The key was used for another request'],
  'delivered-already': [409, 'The response was delivered already'],
  'unknown-stream': [404, 'No stream of this id'],
} as const satisfies Record<string, readonly [status: number, title: string]>
export type Reason = keyof typeof reasons

/** Those after which the local server has nothing of the request, and the next try may go another way. */
const notExecuted: readonly Reason[] = ['server-down', 'limit', 'refused', 'too-large', 'not-exposed']
const typeOf = (reason: Reason): string => `urn:vagus:problem:${reason}`

/** Whether the problem says that nothing was executed. */
export const wasNotExecuted = ({ type }: Problem): boolean => notExecuted.some((reason) => typeOf(reason) === type)

/** One that comes behind the beginning of an answer takes back what was allowed before. */
export const isRefusal = ({ type }: Problem): boolean => type === typeOf('refused')

export function problemOf(reason: Reason, detail: string): Problem {
  const [status, title] = reasons[reason]
  return { type: typeOf(reason), title, status, detail }
}

/** Carries a problem to where the response is written. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly reason: Reason
  readonly problem: Problem

  constructor(reason: Reason, detail: string) {
    super(detail)
    this.reason = reason
    this.problem = problemOf(reason, detail)
  }
}

/** One of those above, also where the other side-car says something else: what counts them stays bounded. */
export function reasonOf({ type }: Pick<Problem, 'type'>): Reason {
  const reason = type.slice(typeOf('' as Reason).length)
  return Object.hasOwn(reasons, reason) ? (reason as Reason) : 'failed'
}

/** Why an exchange did not come about, or ended, as a problem. */
export function problemOfError(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  if (error instanceof AgentError) return problemOf(error.code, error.message)
  return problemOf('failed', error instanceof Error ? error.message : String(error))
}
