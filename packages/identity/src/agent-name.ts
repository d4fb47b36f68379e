/**
 * Names that people use for agents: `report-writer`. The name is signed with the document, as the alias
 * `vagus:report-writer`, so that someone who keeps documents cannot give one agent the name of another. The name itself
 * proves nothing: two agents may claim the same one, and each look-up decides which it believes.
 * @module
 */
import type { Identity } from './document.ts'

/** In words, for errors and help. */
export const nameRule = '1..63 of a-z, 0-9 and "-", not starting with "-"'
export const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/
const aliasScheme = 'vagus:'

export const isAgentName = (text: string): boolean => namePattern.test(text)

/** The entry for the agent `name` in `alsoKnownAs` of its document. */
export const aliasOf = (name: string): string => `${aliasScheme}${name}`

/** The name that a document claims; `undefined` if it claims none. */
export function agentNameOf({ alsoKnownAs }: Pick<Identity, 'alsoKnownAs'>): string | undefined {
  const name = alsoKnownAs.find((alias) => alias.startsWith(aliasScheme))?.slice(aliasScheme.length)
  return name !== undefined && isAgentName(name) ? name : undefined
}
