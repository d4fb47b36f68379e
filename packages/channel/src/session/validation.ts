/**
 * Checks whether a participant of the session receives at a route: eight unpredictable octets are sent and must come
 * back (RFC 9000 §8.2). Until then only three times what came from there may be sent (§8.1).
 * @module
 */
import { equalInConstantTime } from '../octets.ts'
import { amplification } from '../responder.ts'

/** Milliseconds from one challenge to the next; doubled each time. */
const firstInterval = 300
/** Unanswered challenges after which a route is given up. */
const maxAttempts = 6

/**
 * Octets exchanged before the session: the hello received and the answer sent. They count towards the session's
 * allowance.
 */
export interface Exchanged {
  readonly received: number
  readonly sent: number
}

export class Validation {
  #challenges: Uint8Array[] = []
  #attempts = 0
  #received = 0
  #sent = 0
  #isProven = false
  /** A challenge is waiting for room. */
  #isShort = false
  /** When a challenge is due; `Infinity` if none is. */
  dueAt = Infinity

  get isProven(): boolean {
    return this.#isProven
  }

  /** Whether not even the last challenge was answered in time. */
  isGivenUp(now: number): boolean {
    return !this.#isProven && this.#attempts >= maxAttempts && now >= this.dueAt
  }

  /** Octets that may be sent now. */
  get room(): number {
    return this.#isProven ? Infinity : amplification * this.#received - this.#sent
  }

  start(now: number): void {
    this.#challenges = []
    this.#attempts = 0
    this.dueAt = now
  }

  prove(): void {
    this.#isProven = true
    this.#isShort = false
    this.#challenges = []
    this.dueAt = Infinity
  }

  /** This side opened the route, and may send there without limit. */
  trust(): void {
    this.#received = Infinity
  }

  began({ received, sent }: Exchanged): void {
    this.#received = received
    this.#sent = sent
  }

  received(octets: number, now: number): void {
    this.#received += octets
    if (!this.#isShort) return
    this.#isShort = false
    this.dueAt = now
  }

  /** There is no room for a challenge that is due: the next packet from there makes some. */
  postpone(): void {
    this.#isShort = true
    this.dueAt = Infinity
  }

  sent(octets: number): void {
    this.#sent += octets
  }

  /** A challenge with these 8 octets is sent. */
  challenged(octets: Uint8Array, now: number): void {
    this.#challenges.push(octets)
    this.dueAt = now + firstInterval * 2 ** this.#attempts++
  }

  /** Whether `octets` answer one of the challenges. */
  accepts(octets: Uint8Array): boolean {
    return this.#challenges.some((challenge) => equalInConstantTime(challenge, octets))
  }
}
