/** Which challenge a response answers. @module */
import type { Path } from './path.ts'

/** Whether `response` proves the path's own route. A response that proves another route is noted there. */
export function isProof({ validation, rebinding }: Path, response: Uint8Array): boolean {
  if (rebinding?.validation.accepts(response) === true) rebinding.validation.prove()
  return validation.accepts(response)
}
