/** Why a look-up returns no agent although it has a document for the name. @module */
import type { Identity } from '@vagus/identity'

/**
 * The document for the name is not believed. It does not count as missing: otherwise anyone who damages it, or waits
 * until it expires, could give the name to another agent that claims it elsewhere.
 */
export class NotBelieved extends Error {
  override readonly name = 'NotBelieved'
  /** The agent of the document, if the only problem is that it expired. */
  readonly ended: Identity | undefined

  constructor(message: string, ended?: Identity) {
    super(message)
    this.ended = ended
  }
}
