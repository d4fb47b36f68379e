/** Signs the end of the record as the controller's own agent. @module */
import { headPayload, headType, type Mark } from '@vagus/audit'
import type { CompactJws } from '@vagus/identity'

/** The controller's own agent, as far as it is needed here. */
export interface HeadSigner {
  readonly id: string
  /** Its signed document, whose key log names its keys. */
  readonly document: CompactJws
  sign(type: string, payload: Uint8Array): CompactJws
}

/** @param now milliseconds since 1970 */
export const signedHead = (
  signer: HeadSigner,
  { after, last }: { readonly after: Mark; readonly last: Mark },
  now: number,
): CompactJws => signer.sign(headType, headPayload({ iss: signer.id, iat: Math.floor(now / 1000), ...last, after }))
