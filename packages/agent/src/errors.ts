/** Why a connection or an exchange failed or ended. @module */

export const agentErrorCodes = [
  /** The look-up knows no agent of this name. */
  'unknown-agent',
  /**
   * The agent could not be reached in time at any address or relay, or no document that the look-up has for it holds.
   * An exchange waits instead of failing with this.
   */
  'unreachable',
  /** The agent that answered is not the expected one. */
  'wrong-peer',
  /** The agent that answered speaks another version of Vagus's protocol. */
  'other-version',
  /**
   * The other side does not serve this protocol: nothing was executed. Or one of the two sides does not admit the other,
   * or no longer: then executed once, as far as it came.
   */
  'refused',
  /** A named limit of either side was reached. Nothing was executed. */
  'limit',
  /** The remote handler threw; the message is its own. Executed once, as far as it came. */
  'failed',
  /** Either side cancelled it. */
  'cancelled',
  /** The other side restarted in the middle, and its handler cannot continue. Executed once, as far as it came. */
  'interrupted',
  /** The other side lost its journal, or was away for longer than journals keep: how far it came cannot be known. */
  'gap',
  /** This agent was closed. With a journal in a folder, the exchange continues when the agent is opened again. */
  'closed',
] as const
export type AgentErrorCode = (typeof agentErrorCodes)[number]

export class AgentError extends Error {
  override readonly name = 'AgentError'
  readonly code: AgentErrorCode

  constructor(code: AgentErrorCode, problem: string, options?: ErrorOptions) {
    super(problem, options)
    this.code = code
  }
}

/** One of two agents does not admit the other. Unlike an outage, that is not waited for. */
export class NotAdmittedError extends AgentError {
  constructor(problem: string) {
    super('refused', problem)
  }
}

/** A move names a network in which this host has no address. */
export class NoSuchNetworkError extends Error {
  override readonly name = 'NoSuchNetworkError'
}

/** For errors with an external cause: a stack trace says nothing about them, and capturing one costs 50 µs. */
export function agentErrorWithoutStack(code: AgentErrorCode, problem: string): AgentError {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return new AgentError(code, problem)
  } finally {
    Error.stackTraceLimit = limit
  }
}
