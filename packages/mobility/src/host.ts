/**
 * A host that keeps its address while it moves. At each moment it wants one of its links, and asks there until an edge has
 * attached it:
 *
 *   solicit → offer → attach → answer     again after 50 ms, 100 ms, … 2 s; from the start each time
 *
 * The link that came up last is wanted, unless somebody chose another that is up. Packets go over the old link until the
 * new one is attached, so a move on which both links are up loses nothing. A renewal is the same exchange with the same
 * sequence number, when a third of the lease is over.
 * @module
 */
import type { Answer, Offer } from './message.ts'
import { maxSequence } from './sequence.ts'

export interface HostLink {
  /** Of the interface. */
  readonly name: string
  /** Our address on the link, 16 octets; not link-local, because BGP must carry it. */
  readonly nextHop: Uint8Array
}

export type HostEffect =
  | { readonly type: 'solicit'; readonly link: HostLink }
  /** To the edge that offered. `lifetime` 0 detaches. */
  | {
      readonly type: 'attach'
      readonly link: HostLink
      readonly to: string
      readonly offer: Offer
      readonly sequence: number
      readonly lifetime: number
    }
  /** Packets from the address go to the edge from now on. */
  | { readonly type: 'route'; readonly link: HostLink; readonly by: string; readonly offer: Offer }
  | {
      readonly type: 'happened'
      readonly what: HostHappening
      readonly link: string
      readonly edge: string
      readonly problem: string
    }

/** `duplicate`: another host has our key and moved the address; nothing more is asked for. */
type HostHappening = 'attached' | 'refused' | 'duplicate' | 'lost'

interface Here {
  readonly link: HostLink
  readonly edge: string
  /** Its link-local address. */
  readonly by: string
  readonly sequence: number
  readonly renewAt: number
  readonly until: number
}

interface Attempt {
  readonly link: HostLink
  readonly sequence: number
  tries: number
  nextAt: number
  offered: { readonly offer: Offer; readonly by: string } | undefined
  /** Of refusals that were told. */
  told: string | undefined
}

/** Milliseconds between tries. */
const wait = { first: 50, most: 2000 } as const
/** Milliseconds after a refusal that does not say how long. */
const refusedWait = 2000
/** Milliseconds before a lease is renewed, however short the edge says that it is. */
const shortestLease = 500

export class MobileHost {
  #links: readonly HostLink[] = []
  #wanted: string | undefined
  #here: Here | undefined
  #attempt: Attempt | undefined
  /** The highest number that we gave, 0 for none. */
  #issued: number
  #wasAttached = false
  #isDuplicate = false

  /** @param issued the highest number of before, 0 where it is not known */
  constructor(issued = 0) {
    this.#issued = issued
  }

  get issued(): number {
    return this.#issued
  }

  /** Where the address is attached; `until` in milliseconds of the clock of the calls. */
  get here(): (Pick<Here, 'edge' | 'sequence' | 'until'> & { readonly link: string }) | undefined {
    return this.#here && { ...this.#here, link: this.#here.link.name }
  }

  /** The links that are up now. One that was not there is wanted from now on. @param now milliseconds of a steady clock */
  setLinks(links: readonly HostLink[], now: number): readonly HostEffect[] {
    const known = new Set(this.#links.map(keyOf))
    const fresh = links.filter((one) => !known.has(keyOf(one)))
    this.#links = links
    const isUp = (name: string | undefined): boolean => links.some((one) => one.name === name)
    if (fresh.length > 0) this.#wanted = fresh.at(-1)!.name
    else if (!isUp(this.#wanted))
      this.#wanted = isUp(this.#here?.link.name) ? this.#here!.link.name : links.at(-1)?.name
    return this.#pursue(now)
  }

  /** Somebody plans a move: both links stay in use until it is done. @throws {RangeError} where there is no such link */
  move(name: string, now: number): readonly HostEffect[] {
    if (!this.#links.some((one) => one.name === name)) {
      const known = this.#links.map((one) => one.name).join(', ') || 'none'
      throw new RangeError(`there is no link "${name}" that is up; there are: ${known}`)
    }
    this.#wanted = name
    return this.#pursue(now)
  }

  /** @param by link-local address of the edge */
  offered(link: string, offer: Offer, by: string, now: number): readonly HostEffect[] {
    const attempt = this.#attempt
    if (attempt === undefined || attempt.link.name !== link || attempt.offered !== undefined) return []
    attempt.offered = { offer, by }
    attempt.nextAt = now + waitOf(attempt.tries)
    return [attachTo(attempt.link, attempt.offered, attempt.sequence, offer.lifetime)]
  }

  answered(link: string, answer: Answer, by: string, now: number): readonly HostEffect[] {
    const attempt = this.#attempt
    if (attempt?.link.name !== link || attempt.offered?.by !== by) return []
    const { offer } = attempt.offered
    if (answer.state === 'refused') return this.#refused(attempt, answer, now)
    if (answer.state === 'detached' || answer.sequence !== attempt.sequence) return []
    const isNew = this.#here?.sequence !== answer.sequence
    const { edge, sequence, lifetime } = answer
    const lasts = Math.max(lifetime, shortestLease)
    this.#here = { link: attempt.link, edge, by, sequence, renewAt: now + lasts / 3, until: now + lasts }
    this.#attempt = undefined
    this.#wasAttached = true
    const route: HostEffect = { type: 'route', link: attempt.link, by, offer }
    return isNew ? [route, { type: 'happened', what: 'attached', link, edge, problem: '' }] : []
  }

  /** To be called when `nextAt` says. */
  tick(now: number): readonly HostEffect[] {
    const lost = this.#here
    if (lost !== undefined && lost.until <= now) {
      this.#here = undefined
      const problem = 'the edge has not renewed the lease'
      return [{ type: 'happened', what: 'lost', link: lost.link.name, edge: lost.edge, problem }, ...this.#pursue(now)]
    }
    const attempt = this.#attempt
    if (attempt === undefined) return this.#pursue(now)
    if (now < attempt.nextAt) return []
    attempt.tries++
    attempt.offered = undefined
    attempt.nextAt = now + waitOf(attempt.tries)
    return [{ type: 'solicit', link: attempt.link }]
  }

  nextAt(): number | undefined {
    const times = [
      this.#attempt?.nextAt,
      this.#here?.until,
      this.#attempt === undefined ? this.#here?.renewAt : undefined,
    ]
    const known = times.filter((one) => one !== undefined)
    return known.length === 0 || this.#isDuplicate ? undefined : Math.min(...known)
  }

  /** Begins what is wanted and not under way: a move, the first attachment, or a renewal. */
  #pursue(now: number): readonly HostEffect[] {
    const link = this.#links.find((one) => one.name === this.#wanted)
    if (link === undefined || this.#isDuplicate) {
      this.#attempt = undefined
      return []
    }
    if (this.#attempt !== undefined && keyOf(this.#attempt.link) === keyOf(link)) return []
    const here = this.#here
    // With a higher number given since, another edge may have accepted that: what is here counts no more.
    const isHere = here !== undefined && keyOf(here.link) === keyOf(link) && here.sequence === this.#issued
    if (isHere && now < here.renewAt) {
      this.#attempt = undefined
      return []
    }
    const sequence = isHere ? here.sequence : this.#nextSequence(now)
    this.#attempt = { link, sequence, tries: 0, nextAt: now + waitOf(0), offered: undefined, told: undefined }
    return [{ type: 'solicit', link }]
  }

  /** Seconds since 1970 or the next one: the caller's clock must count from there, though it need not be right. */
  #nextSequence(now: number): number {
    this.#issued = Math.min(maxSequence, Math.max(this.#issued + 1, Math.floor(now / 1000)))
    return this.#issued
  }

  #refused(
    attempt: Attempt,
    { edge, refusal }: Extract<Answer, { state: 'refused' }>,
    now: number,
  ): readonly HostEffect[] {
    const { code, problem, retryAfter = refusedWait, sequence: known = 0 } = refusal
    const link = attempt.link.name
    const told = (what: HostHappening): readonly HostEffect[] => {
      if (attempt.told === code) return []
      attempt.told = code
      return [{ type: 'happened', what, link, edge, problem }]
    }
    if (code === 'challenge') {
      attempt.offered = undefined
      attempt.nextAt = now + waitOf(attempt.tries)
      return []
    }
    if (code === 'superseded' && this.#wasAttached && known > this.#issued) {
      this.#isDuplicate = true
      this.#attempt = undefined
      this.#here = undefined
      return told('duplicate')
    }
    if (code === 'superseded' && known < maxSequence) {
      // A lease that ended meanwhile; or, at the start, what was given before and forgotten.
      this.#issued = Math.max(this.#issued, known)
      if (this.#here?.sequence === attempt.sequence) this.#here = undefined
      const sequence = this.#nextSequence(now)
      this.#attempt = {
        ...attempt,
        sequence,
        tries: attempt.tries + 1,
        nextAt: now + waitOf(attempt.tries),
        offered: undefined,
      }
      return []
    }
    attempt.offered = undefined
    attempt.nextAt = now + retryAfter
    return told('refused')
  }
}

const keyOf = ({ name, nextHop }: HostLink): string => `${name} ${nextHop.join('.')}`
const waitOf = (tries: number): number => Math.min(wait.most, wait.first * 2 ** Math.min(tries, 10))

const attachTo = (
  link: HostLink,
  { offer, by }: { readonly offer: Offer; readonly by: string },
  sequence: number,
  lifetime: number,
): HostEffect => ({ type: 'attach', link, to: by, offer, sequence, lifetime })
