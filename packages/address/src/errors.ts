/** The only error that text from users and configuration may cause here. @module */

/** `text` is not an address or prefix; the message says what is wrong with it and what would be right. */
export class AddressError extends Error {
  override readonly name = 'AddressError'

  /** The given text, not shortened. */
  readonly text: string

  constructor(text: string, problem: string) {
    super(`"${text.length > 80 ? `${text.slice(0, 80)}…` : text}" ${problem}`)
    this.text = text
  }
}
