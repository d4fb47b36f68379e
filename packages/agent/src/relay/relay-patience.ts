/** How long a relay may take to answer. @module */
import { AgentError } from '../errors.ts'
import { untilAborted } from '../until-aborted.ts'

/** Milliseconds. */
export const relayPatience = 5000

/** @throws the reason of `signal`; {AgentError} if nothing arrived in time */
export function withPatience<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new AgentError('unreachable', 'the relay does not answer')), relayPatience)
  return untilAborted(Promise.race([promise, late]), signal).finally(() => clearTimeout(timer))
}
