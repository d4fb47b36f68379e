/**
 * Recently verified documents, for all agents of this process: what a document proves does not depend on who asks, and
 * one document is read and kept once, however many agents have it as a peer's.
 * @module
 */
import { type CompactJws, type Identity, verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'

/**
 * About 6 KiB each, 64 KiB at most. At the limit the least recently requested one is dropped, and verified again if
 * needed.
 */
const maxDocuments = 4096
/** Milliseconds after which signatures and times are checked again. */
export const verdictLifetime = 60_000

const verdicts = new Map<CompactJws, { readonly identity: Identity; readonly at: number }>()

/** The answer of `verifyDocument`; the same document gives the same object. */
export function verifyLately(document: CompactJws, now: number): ReturnType<typeof verifyDocument> {
  const before = verdicts.get(document)
  const isRecent = before !== undefined && now >= before.at && now - before.at < verdictLifetime
  const holds = isRecent && now < before.identity.expiresAt
  const answer = holds ? undefined : verifyDocument(document, now, identityCrypto)
  if (answer?.type === 'refused') {
    verdicts.delete(document)
    return answer
  }
  const identity = before?.identity ?? answer!.identity // sound: without an earlier one it was verified just now
  verdicts.delete(document)
  verdicts.set(identity.document, { identity, at: holds ? before.at : now })
  if (verdicts.size > maxDocuments) verdicts.delete(verdicts.keys().next().value!)
  return { type: 'verified', identity }
}
