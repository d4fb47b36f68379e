/**
 * The newest roster of one owner that has come here, whoever brought it. It is kept on disk beside the journal, so that a
 * restart knows it when nobody else does, and nobody can take a quarantine back with an older one.
 * @module
 */
import { readFileSync } from 'node:fs'
import {
  acceptRoster,
  type AgentId,
  type CompactJws,
  nextRoleEnd,
  type Roster,
  verifyRoster,
  verifyRosterWhenIssued,
} from '@vagus/identity'
import { writeFileWhole } from '@vagus/keyring/private-file'
import { identityCrypto } from '@vagus/transport'
import { dateOf } from './fleet.ts'

/** Milliseconds before the end of a roster from which on its operator is warned. */
const warnBefore = 14 * 86_400_000

export interface NewestRosterOptions {
  readonly owner: AgentId
  /** Where it is kept. */
  readonly path: string
  /** Gets each newer one once it is on disk: what was done by it could else be undone by kill -9. */
  readonly onNewer: (roster: Roster) => void
  /** The last one has expired, or a role in it has ended. */
  readonly onEnd: () => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** `other`: it is of another owner. `problem`: it is not believed. */
export type RosterTaken = 'newer' | 'known' | 'other' | { readonly problem: string }

export class NewestRoster {
  readonly #options: NewestRosterOptions
  #roster: Roster | undefined
  /** Milliseconds since 1970: the next one of a role. */
  #roleEnds = Infinity
  #warned: 'not' | 'of its end' | 'that it ended' = 'not'

  constructor(options: NewestRosterOptions) {
    this.#options = options
    const kept = this.#kept()
    if (kept !== undefined) this.#keep(kept)
  }

  /** `undefined`: there is none yet. */
  get epoch(): number | undefined {
    return this.#roster?.epoch
  }

  /** Of the owner's key, until it signed the newest. */
  get rotations(): number | undefined {
    return this.#roster && this.#roster.keyLog.length - 1
  }

  /** @param now milliseconds since 1970 */
  take(jws: CompactJws, now: number): RosterTaken {
    if (jws === this.#roster?.jws) return 'known'
    const read = verifyRosterWhenIssued(jws, identityCrypto)
    if (read.type === 'refused') return { problem: read.because.problem }
    if (read.roster.owner !== this.#options.owner) return 'other'
    const verified = verifyRoster(jws, now, identityCrypto)
    const accepted = verified.type === 'refused' ? verified : acceptRoster(this.#roster, verified.roster)
    if (accepted.type === 'refused') return { problem: accepted.because.problem }
    if (accepted.type === 'unchanged') return 'known'
    this.#write(jws)
    this.#keep(accepted.roster)
    return 'newer'
  }

  /** Says once when it is about to end, and when it has. @param now milliseconds since 1970 */
  look(now: number): void {
    if (this.#roster === undefined) return
    if (now >= this.#roleEnds) {
      this.#roleEnds = nextRoleEnd(this.#roster, now) ?? Infinity
      this.#options.onEnd()
    }
    const { expiresAt, owner } = this.#roster
    const again = 'its owner signs it again: vagus roster publish'
    if (now >= expiresAt && this.#warned !== 'that it ended') {
      this.#warned = 'that it ended'
      this.#options.report(
        `the roster of ${owner} expired at ${dateOf(expiresAt)}: nobody is served and called; ${again}`,
      )
      this.#options.onEnd()
    } else if (now >= expiresAt - warnBefore && this.#warned === 'not') {
      this.#warned = 'of its end'
      this.#options.report(`the roster of ${owner} expires at ${dateOf(expiresAt)}; ${again}`)
    }
  }

  #keep(roster: Roster): void {
    this.#roster = roster
    this.#warned = 'not'
    this.#roleEnds = nextRoleEnd(roster, 0) ?? Infinity
    this.#options.onNewer(roster)
  }

  /** A disk that is full must not keep a quarantine from its members: then the roster holds all the same. */
  #write(jws: CompactJws): void {
    try {
      writeFileWhole(this.#options.path, `${jws}\n`, 0o600)
    } catch (error) {
      this.#options.report(`the newest roster holds, but a restart may not know it: ${(error as Error).message}`)
    }
  }

  /** That of before, even if it has expired: nobody goes back behind it. */
  #kept(): Roster | undefined {
    let text: string
    try {
      text = readFileSync(this.#options.path, 'utf8').trim()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#options.report(`the roster of before cannot be read: ${(error as Error).message}`)
      return undefined
    }
    const read = verifyRosterWhenIssued(text, identityCrypto)
    if (read.type === 'verified') return read.roster.owner === this.#options.owner ? read.roster : undefined
    this.#options.report(`${this.#options.path} is not believed: ${read.because.problem}`)
    return undefined
  }
}
