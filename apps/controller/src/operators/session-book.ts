/**
 * Who is signed in. A session is known by a secret that only its browser or program has; here is its hash. After a restart of the
 * controller nobody is signed in.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '@vagus/api/roles'

/** All sessions; one more ends the one that was not used for longest. */
export const maxSessions = 1000
/** Of one person; one more ends the one that was not used for longest. */
export const maxSessionsEach = 16

export interface SignedIn {
  /** Of the issuer and its subject. */
  readonly id: string
  /** `Ada <ada@example.com>`. */
  readonly name: string
  readonly roles: readonly Role[]
}

export interface Session extends SignedIn {
  /** `cookie`: of a browser, which sends it by itself; `bearer`: of a program. */
  readonly carrier: 'cookie' | 'bearer'
  /** What a page sends with changes: another site cannot read it. */
  readonly csrf: string
  /** Milliseconds since 1970: it ends then, used or not. */
  readonly until: number
}

interface Limits {
  /** Milliseconds without use after which it ends. */
  readonly idle: number
  /** Milliseconds after which it ends in any case. */
  readonly longest: number
}

export class SessionBook {
  readonly #limits: Limits
  /** By hash, the longest unused first. */
  readonly #sessions = new Map<string, { readonly session: Session; readonly usedAt: number }>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#sessions.size
  }

  /** A new session, always with a new secret: one that somebody brings is never taken (session fixation). */
  begin(
    who: SignedIn,
    carrier: Session['carrier'],
    now: number,
  ): { readonly secret: string; readonly session: Session } {
    const secret = `vgs_${randomBytes(32).toString('base64url')}`
    const until = now + this.#limits.longest
    const session: Session = { ...who, carrier, csrf: randomBytes(32).toString('base64url'), until }
    const own = [...this.#sessions].filter(([, one]) => one.session.id === who.id)
    for (const [hash] of own.slice(0, Math.max(0, own.length - maxSessionsEach + 1))) this.#sessions.delete(hash)
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size >= maxSessions && oldest !== undefined) this.#sessions.delete(oldest)
    this.#sessions.set(hashOf(secret), { session, usedAt: now })
    return { secret, session }
  }

  /** `used`: its time without use begins anew. Undefined: there is none, or it has ended. */
  find(secret: string, use: 'used' | 'seen', now: number): Session | undefined {
    const hash = hashOf(secret)
    const found = this.#sessions.get(hash)
    if (found === undefined) return undefined
    const { session, usedAt } = found
    const idle = session.carrier === 'cookie' ? this.#limits.idle : this.#limits.longest
    const isOver = now >= session.until || now - usedAt >= idle
    if (isOver || use === 'used') this.#sessions.delete(hash)
    if (isOver) return undefined
    if (use === 'used') this.#sessions.set(hash, { session, usedAt: now }) // behind all others
    return session
  }

  end(secret: string): void {
    this.#sessions.delete(hashOf(secret))
  }
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64')
