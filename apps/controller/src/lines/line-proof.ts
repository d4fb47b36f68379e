/** What a line delivered, as it is signed by the controller's agent: whoever knows its id can show it to others. @module */
import type { LineMinute } from '@vagus/api/lines'
import { proofPayload } from '@vagus/line'
import { type KeptLine, usedPath } from './line-book.ts'

/** The payload. `by`: id of the agent that signs; `now`: milliseconds since 1970. */
export function lineProofPayload(
  line: KeptLine,
  minutes: readonly LineMinute[],
  who: { readonly by: string; readonly now: number },
): Uint8Array {
  const { id, wish, state, moves } = line
  const path = usedPath(line)?.path ?? line.path
  const timed = minutes.map(({ at, ...minute }) => ({ ...minute, at: Date.parse(at) }))
  return proofPayload({ id, wish, state, path, moves }, timed, who)
}
