/**
 * What the agent card of the exposed A2A server says that the agent can do (A2A 1.0 §4.4), for its signed document. Skills
 * that the owner gave the agent stay; those of the card come and go with the card.
 * @module
 */
import { maxSkills, skillPattern } from '@vagus/identity'
import type { Notes } from '../notes.ts'
import { cardTarget } from '../wire/agent-card.ts'
import { ProblemError } from '../wire/problem.ts'
import { exposureOf } from './exposure.ts'
import { askJson, type ServerAddress } from './server-request.ts'

/** How long after one reading begins the next, and how long one may take, in milliseconds. */
const readAgainAfter = 60_000
const readWithin = 30_000
const maxCardOctets = 1024 * 1024

export class CardSkills {
  readonly #address: ServerAddress
  readonly #notes: Notes
  readonly #signal: AbortSignal
  /** As of the newest card; `undefined` until there is one. */
  #ofCard: readonly string[] | undefined
  #readAt = -Infinity
  #isReading = false

  /** @param a2a `http://127.0.0.1:9000` @param signal ends a reading that is under way */
  constructor(a2a: string, notes: Notes, signal: AbortSignal) {
    this.#address = exposureOf({ a2a }, cardTarget)
    this.#notes = notes
    this.#signal = signal
  }

  /**
   * The skills that the document after one with `before` shall name, by what is known of the card; where that may have
   * changed it is read meanwhile. @param now milliseconds, by any clock that goes on
   */
  after(before: readonly string[], now: number): readonly string[] {
    if (!this.#isReading && now >= this.#readAt + readAgainAfter) void this.#read(now)
    if (this.#ofCard === undefined) return before
    const noted = this.#notes.cardSkills()
    const given = before.filter((skill) => !noted.includes(skill))
    const ofCard = this.#ofCard.filter((skill) => !given.includes(skill)).slice(0, maxSkills - given.length)
    const after = [...given, ...ofCard]
    // Noted before it is signed, and together with what the document has: a crash in between takes no skill for the owner's.
    const notes = [...new Set([...before.filter((skill) => noted.includes(skill)), ...ofCard])]
    if (notes.join(' ') !== noted.join(' ')) this.#notes.setCardSkills(notes)
    return after
  }

  async #read(now: number): Promise<void> {
    this.#isReading = true
    this.#readAt = now
    const ask = { method: 'GET', headers: [['Accept', 'application/json']], maxOctets: maxCardOctets } as const
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(readWithin)])
    try {
      this.#ofCard = skillsIn(await askJson(this.#address, ask, signal)) ?? this.#ofCard
    } catch (error) {
      // Who has no card is not asked for it all the time; who has not started yet will soon have.
      if (error instanceof ProblemError && error.reason === 'server-down') this.#readAt = -Infinity
    } finally {
      this.#isReading = false
    }
  }
}

/** Ids of a card's skills as documents write them; those that have no letter and no digit are left out. `undefined`: no card. */
export function skillsIn(card: unknown): readonly string[] | undefined {
  const { skills } = (card ?? {}) as { readonly skills?: unknown }
  if (!Array.isArray(skills)) return undefined
  const ids = skills.flatMap((skill: { readonly id?: unknown } | null) =>
    typeof skill?.id === 'string' ? [skillOf(skill.id)] : [],
  )
  return [...new Set(ids.filter((id) => skillPattern.test(id)))].slice(0, maxSkills)
}

/** `Report Writer.draft_2` is `report-writer.draft-2`. */
const skillOf = (id: string): string =>
  id
    .toLowerCase()
    .split('.')
    .map((part) => part.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, ''))
    .filter((part) => part !== '')
    .join('.')
