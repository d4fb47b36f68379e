/**
 * Who may call: the words of `--allow`.
 *
 *   writer, did:key:z6Mk…     that agent, by a name of the look-up or by its id
 *   under:boss                whoever acts in the name of that agent, by a chain of delegations from it
 *   under:boss/report.write   the same, if the mandate covers this capability
 * @module
 */
import { type Capability, isAgentId, isAgentName, skillPattern } from '@vagus/identity'

export interface AllowRule {
  /** A name or an id: of the caller, or of the owner whose mandate it needs. */
  readonly who: string
  readonly needs: 'to be that agent' | { readonly mandateFor: Capability | undefined }
}

/** `undefined` when it is none of the forms above. */
export function allowRuleOf(text: string): AllowRule | undefined {
  if (isAgent(text)) return { who: text, needs: 'to be that agent' }
  const [, who = '', mandateFor] = /^under:([^/]+)(?:\/(.*))?$/s.exec(text) ?? []
  if (!isAgent(who) || (mandateFor !== undefined && !skillPattern.test(mandateFor))) return undefined
  return { who, needs: { mandateFor } }
}

const isAgent = (word: string): boolean => isAgentName(word) || isAgentId(word)
