/**
 * Ids of server-sent events that we give: `vagus.EXCHANGE.CURSOR`. A client that lost its connection sends the last one
 * back as `Last-Event-ID`, and gets what followed from the journal.
 * @module
 */
const pattern = /^vagus\.([A-Za-z0-9_-]{1,128})\.(\d{1,15})$/

export const resumeId = (exchange: string, cursor: number): string => `vagus.${exchange}.${cursor}`

/** `undefined` when it is not one of ours: then it is the local server's over there. */
export function readResumeId(
  text: string | undefined,
): { readonly exchange: string; readonly cursor: number } | undefined {
  const [, exchange, cursor] = pattern.exec(text ?? '') ?? []
  return exchange === undefined ? undefined : { exchange, cursor: Number(cursor) }
}
