/** What a line delivered, signed by the controller's agent: whoever knows its id can show it to others. @module */
import type { LineMinute } from '@vagus/api/lines'
import { canonicalOctets } from '@vagus/identity'
import { linksText } from './line-words.ts'
import { type KeptLine, usedPath } from './line-book.ts'
import { wishOf } from './line-resource.ts'

/** `typ` of the JWS, so that it is taken for nothing else. */
export const lineProofType = 'vagus-line-proof'

/** The payload: JSON, canonical (RFC 8785). `by`: id of the agent that signs. */
export function lineProofPayload(
  line: KeptLine,
  minutes: readonly LineMinute[],
  { by, now }: { readonly by: string; readonly now: string },
): Uint8Array {
  const path = linksText(usedPath(line)?.path ?? line.path)
  const { id, state, moves } = line
  const proof = { by, at: now, line: id, ...wishOf(line.wish), state, path, moves, minutes: [...minutes] }
  return canonicalOctets(proof)
}
