/**
 * The newest set of intents of one owner that has come here, whoever brought it. It is on the disk before anybody goes by it, so
 * that a restart knows it when nobody else does, and nobody takes a freeze back with an older one.
 * @module
 */
import { readFileSync } from 'node:fs'
import { type AgentId, clockSkewSeconds } from '@vagus/identity'
import { acceptIntents, type IntentSet, utcText, verifyIntentsWhenIssued } from '@vagus/intent'
import { writeFileWhole } from '@vagus/keyring/private-file'
import { identityCrypto } from '@vagus/transport'
import { textOf } from '../rounds.ts'

/** Milliseconds before the end of a set from which on its operator is warned. */
const warnBefore = 14 * 86_400_000

export interface NewestIntentsOptions {
  readonly owner: AgentId
  /** Where it is kept. */
  readonly path: string
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** `problem`: it is not believed, or must not replace the one that is known. */
export type IntentsTaken = 'newer' | 'known' | { readonly problem: string }

export class NewestIntents {
  readonly #options: NewestIntentsOptions
  #set: IntentSet | undefined
  /** Why the disk has an older one; '': it has this one. */
  #unwritten = ''
  #warned: 'not' | 'of its end' | 'that it ended' = 'not'

  /** Whatever is wrong with the file is reported: then there is no set, so that nothing new begins. */
  constructor(options: NewestIntentsOptions) {
    this.#options = options
    this.#set = this.#kept()
  }

  get set(): IntentSet | undefined {
    return this.#set
  }

  /**
   * One that has expired is taken, too: it is the owner's last word all the same, and everybody ends up with the same.
   * @param now milliseconds since 1970
   */
  take(jws: string, now: number): IntentsTaken {
    if (jws === this.#set?.jws) return 'known'
    const read = verifyIntentsWhenIssued(jws, identityCrypto)
    if (read.type === 'refused') return { problem: read.because.problem }
    const { owner, issuedAt } = read.set
    if (owner !== this.#options.owner)
      return { problem: `is the set of intents of ${owner}, not of ${this.#options.owner}` }
    if (issuedAt > now + clockSkewSeconds * 1000)
      return { problem: `was signed at ${utcText(issuedAt)}, which is not yet by the clock here` }
    const accepted = acceptIntents(this.#set, read.set)
    if (accepted.type === 'refused') return { problem: accepted.because.problem }
    if (accepted.type === 'unchanged') return 'known'
    this.#set = accepted.set
    this.#warned = 'not'
    this.#write()
    return 'newer'
  }

  /** To be called now and then: writes what the disk did not take, and says when the set is about to end. */
  look(now: number): void {
    if (this.#unwritten !== '') this.#write()
    if (this.#set === undefined) return
    const { expiresAt, owner } = this.#set
    const again = 'its owner signs a new set: vagus intent apply'
    if (now >= expiresAt && this.#warned !== 'that it ended') {
      this.#warned = 'that it ended'
      this.#options.report(`the intents of ${owner} expired at ${utcText(expiresAt)}: nothing new begins; ${again}`)
    } else if (now >= expiresAt - warnBefore && this.#warned === 'not') {
      this.#warned = 'of its end'
      this.#options.report(`the intents of ${owner} expire at ${utcText(expiresAt)}; ${again}`)
    }
  }

  /** A disk that is full must not keep a freeze from its device: the set holds all the same, and is written when it can be. */
  #write(): void {
    let problem = ''
    try {
      writeFileWhole(this.#options.path, `${this.#set!.jws}\n`, 0o600)
    } catch (error) {
      problem = textOf(error)
    }
    if (problem !== this.#unwritten)
      this.#options.report(
        problem === ''
          ? 'the newest intents are written down now'
          : `the newest intents hold, but a restart may not know them: ${problem}`,
      )
    this.#unwritten = problem
  }

  /** That of before, even if it has expired. */
  #kept(): IntentSet | undefined {
    const { path, owner, report } = this.#options
    let text: string
    try {
      text = readFileSync(path, 'utf8').trim()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        report(`the intents of before cannot be read: ${textOf(error)}; nothing new begins until others serve them`)
      return undefined
    }
    const read = verifyIntentsWhenIssued(text, identityCrypto)
    if (read.type === 'verified' && read.set.owner === owner) return read.set
    const why = read.type === 'refused' ? read.because.problem : `they are of ${read.set.owner}`
    report(`${path} is not believed: ${why}; nothing new begins until others serve the intents of ${owner}`)
    return undefined
  }
}
