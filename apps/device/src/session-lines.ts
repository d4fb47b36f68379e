/** What people are told of the agent's BGP sessions. @module */
import type { Speaker } from '@vagus/speaker'
import { routerPeer } from './actuation.ts'
import { bindAdvice } from './agent-sessions.ts'

interface SessionLinesOptions {
  readonly localAddress: string
  readonly report: (line: string) => void
}

export class SessionLines {
  readonly #options: SessionLinesOptions
  /** The last line about each session. */
  readonly #told = new Map<string, string>()

  constructor(options: SessionLinesOptions) {
    this.#options = options
  }

  isEstablished(peer: string): boolean {
    return this.#told.get(peer) === 'established'
  }

  /** Says what became of a session, unless that was said last; a neighbour that refuses each attempt does so for hours. */
  tell(peer: string, state: string, reason?: string): void {
    if (this.#told.get(peer) === (reason ?? state)) return
    this.#told.set(peer, reason ?? state)
    const { localAddress, report } = this.#options
    const isUnbound = peer === routerPeer && reason?.startsWith('bind ') === true
    const advice = isUnbound ? `; ${bindAdvice(localAddress)}` : ''
    report(`${peer}: ${state}${reason === undefined ? '' : `, ${reason}`}${advice}`)
  }

  /** A connection that cannot be made is no event of the session. */
  tellAttempts(peers: Awaited<ReturnType<Speaker['peers']>>): void {
    for (const { name, state, lastReason } of peers) {
      if (state !== 'established' && lastReason !== undefined) this.tell(name, state, lastReason)
    }
  }
}
