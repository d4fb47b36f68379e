/** Why a look-up gives no agent although it has a document for the name. @module */
import type { Identity } from '@vagus/identity'

/**
 * The document of the asked name is not believed. It does not count as missing: else who damages it, or waits for its end,
 * would give the name to whoever claims it elsewhere.
 */
export class NotBelieved extends Error {
  override readonly name = 'NotBelieved'
  /** Whose document it was, where only its time is over. */
  readonly ended: Identity | undefined

  constructor(message: string, ended?: Identity) {
    super(message)
    this.ended = ended
  }
}
