/**
 * Who asks. A side-car starts an MCP server for each session and tells it in the environment who called: the id was
 * proved, the member's name is the fleet owner's word. Whoever starts it in a shell or an editor of this host is its operator.
 * @module
 */
import type { Actor } from '@vagus/api/actor'

/** `undefined`: the operator, which is what the agent takes the user of its socket for. */
export function callerOf(environment: Readonly<Record<string, string | undefined>>): Actor | undefined {
  const { VAGUS_CALLER_ID: id, VAGUS_MEMBER_NAME: name } = environment
  return id === undefined || id === '' ? undefined : { kind: 'agent', id, name: name ?? null }
}
