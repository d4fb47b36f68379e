/** The one error that text from people and configuration may cause here. @module */

/** `text` is no address or prefix; the message says what is wrong with it and what would be right. */
export class AddressError extends Error {
  override readonly name = 'AddressError'

  /** What was given, whole. */
  readonly text: string

  constructor(text: string, problem: string) {
    super(`"${text.length > 80 ? `${text.slice(0, 80)}…` : text}" ${problem}`)
    this.text = text
  }
}
