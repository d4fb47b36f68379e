/**
 * Names that people use for agents: `report-writer`. The name is signed with the document, as the alias
 * `vagus:report-writer`, so that whoever keeps documents cannot give an agent another one's name. It proves nothing by
 * itself: two agents may call themselves the same, and whom a look-up believes is its own rule.
 * @module
 */
import type { Identity } from './document.ts'

/** In words, for errors and help. */
export const nameRule = '1..63 of a-z, 0-9 and "-", not starting with "-"'
const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/
const aliasScheme = 'vagus:'

export const isAgentName = (text: string): boolean => namePattern.test(text)

/** What a document of the agent `name` holds in `alsoKnownAs`. */
export const aliasOf = (name: string): string => `${aliasScheme}${name}`

/** The name that a document claims; `undefined` when it claims none. */
export function agentNameOf({ alsoKnownAs }: Pick<Identity, 'alsoKnownAs'>): string | undefined {
  const name = alsoKnownAs.find((alias) => alias.startsWith(aliasScheme))?.slice(aliasScheme.length)
  return name !== undefined && isAgentName(name) ? name : undefined
}
