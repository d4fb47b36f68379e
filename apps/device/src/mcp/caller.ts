/**
 * Who asks. A side-car starts an MCP server for each session and tells it in the environment who called: the id was
 * proved, the member's name is the fleet owner's word. Whoever starts it in a shell or an editor of this host is its operator.
 * @module
 */
import { createHash } from 'node:crypto'
import type { Actor } from '@vagus/api/actor'

/** `undefined`: the operator, which is what the agent takes the user of its socket for. */
export function callerOf(environment: Readonly<Record<string, string | undefined>>): Actor | undefined {
  const { VAGUS_CALLER_ID: id, VAGUS_MEMBER_NAME: name } = environment
  return id === undefined || id === '' ? undefined : { kind: 'agent', id, name: name ?? null }
}

/** Longest key of a caller. */
export const maxKey = 96

/** A caller's key as the agent gets it: two callers that count from 1 mean different commits. */
export const keyOf = (caller: Actor | undefined, key: string): string =>
  `${createHash('sha256')
    .update(caller?.id ?? '')
    .digest('hex')
    .slice(0, 16)}.${key}`
