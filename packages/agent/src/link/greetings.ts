/** The greetings of a link: each side tells the other where it is reached, and which journal it has. @module */
import type { AgentError } from '../errors.ts'
import { Deferred } from './deferred.ts'
import { decodeGreeting, noticeKind } from './notice.ts'
import type { SessionRunner } from './session-runner.ts'

export class Greetings {
  readonly #runner: SessionRunner
  /** The one that the peer got last; the host gives the same octets until something changes. */
  #told: Uint8Array | undefined
  /** The id of the peer's journal; but for its addresses nothing else of a greeting is needed later. */
  readonly #journal = new Deferred<string>()
  #isJournalLasting = false

  constructor(runner: SessionRunner) {
    this.#runner = runner
  }

  /** Fulfilled after the greeting with the id of the peer's journal, in hexadecimal. @throws {AgentError} */
  get journal(): Promise<string> {
    return this.#journal.promise
  }

  /** The same, once greeted, if that journal outlives the peer's process. */
  get lastingJournal(): string | undefined {
    return this.#isJournalLasting ? this.#journal.value : undefined
  }

  /** Unless the peer knows it. */
  tell(greeting: Uint8Array): void {
    if (greeting === this.#told) return
    this.#told = greeting
    this.#runner.session.notify(noticeKind.greeting, greeting)
    this.#runner.wake()
  }

  /** The peer's addresses. @throws {DecodeError} */
  read(octets: Uint8Array): readonly string[] {
    const { addresses, journal, journalLifetime } = decodeGreeting(octets)
    this.#isJournalLasting = journalLifetime === 'disk'
    this.#journal.resolve(Buffer.from(journal).toString('hex'))
    return addresses
  }

  /** None will come. */
  fail(error: AgentError): void {
    this.#journal.reject(error)
  }
}
