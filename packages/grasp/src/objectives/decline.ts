/** Why an agent declines: a code for the other agent, and a sentence for people (§5.1 of the draft). @module */

/** A word of the list and a sentence follow each other in the text of a decline; `UNDONE`: a person at the responder ended the lease. */
export const declineCodes = ['RESOURCE', 'POLICY', 'STALE', 'LOOP', 'UNTRUSTED', 'BUSY', 'UNDONE'] as const
export type DeclineCode = (typeof declineCodes)[number]

export interface Decline {
  readonly type: 'decline'
  readonly code: DeclineCode
  readonly problem: string
}

/** @param problem a sentence without a full stop */
export const decline = (code: DeclineCode, problem: string): Decline => ({ type: 'decline', code, problem })

/** The text of a decline. */
export const declineText = ({ code, problem }: Pick<Decline, 'code' | 'problem'>): string => `${code} ${problem}`

/** The code of a peer's decline; undefined when it does not begin with one. */
export function declineCodeOf(reason: string | undefined): DeclineCode | undefined {
  const [word] = (reason ?? '').split(' ')
  return declineCodes.find((code) => code === word)
}
