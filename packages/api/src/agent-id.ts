/** Ids of agents for people. @module */

/** A did:key as people tell two apart: z6MkhaXg…2doK. */
export function shortId(id: string): string {
  const key = id.replace(/^did:key:/, '')
  return key.length <= 16 ? key : `${key.slice(0, 8)}…${key.slice(-4)}`
}
