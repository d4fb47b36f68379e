/**
 * What went wrong, for a model: the codes of draft-zw-opsawg-mcp-network-mgmt and a sentence that says what would be right.
 * They stand in the result of the tool, because clients show models no errors of the protocol.
 * @module
 */
import type { CallToolResult } from '@modelcontextprotocol/server'
import { shownText, shownTexts } from '@vagus/api/unseen'
import type { Answer } from './agent-socket.ts'

/** By what happened. */
export const networkErrors = {
  Timeout: -32_081,
  Unreachable: -32_082,
  AccessDenied: -32_083,
  ConfigIncompatible: -32_084,
  RollbackFailed: -32_085,
  ConfirmedCommitTimeout: -32_086,
} as const
export type NetworkErrorName = keyof typeof networkErrors

export interface Refusal {
  /** `undefined`: the draft has none for it, such as for an argument that is wrong. */
  readonly name: NetworkErrorName | undefined
  readonly problem: string
  /** What is right now; a sentence. */
  readonly advice: string
}

export function refused({ name, problem, advice }: Refusal): CallToolResult {
  const error = {
    ...(name === undefined ? {} : { code: networkErrors[name], name: `Network.${name}` }),
    problem,
    advice,
  }
  const head = name === undefined ? '' : `Network.${name} (${networkErrors[name]}): `
  const text = shownText(`${head}${problem}${advice === '' ? '' : `. ${advice}`}`)
  return { content: [{ type: 'text', text }], structuredContent: { error: shownTexts(error) }, isError: true }
}

/** What an answer that is no success means to a question that changes nothing. */
export function readRefusal(answer: Answer, conflict: NetworkErrorName = 'ConfigIncompatible'): Refusal {
  if ('body' in answer) return { name: nameOf(answer.status, conflict), problem: problemOf(answer.body), advice: '' }
  if (answer.status === 'late')
    return { name: 'Timeout', problem: answer.problem, advice: 'Nothing was changed. Ask for less, or try again.' }
  return {
    name: 'Unreachable',
    problem: `the agent of this router does not answer: ${answer.problem}`,
    advice: 'Nothing was changed. Try again in a minute; then tell the operator: does "vagus device" run there?',
  }
}

/**
 * The same of one that may have changed something: silence does not say that nothing was done.
 * @param again how to find out
 */
export function changeRefusal(answer: Answer, again: string, conflict?: NetworkErrorName): Refusal {
  const refusal = readRefusal(answer, conflict)
  if ('body' in answer || answer.sent === 'no') return refusal
  const problem = `${refusal.problem}; it is UNKNOWN whether the change was made`
  return { ...refusal, problem, advice: again }
}

function nameOf(status: number, conflict: NetworkErrorName): NetworkErrorName | undefined {
  if (status === 403) return 'AccessDenied'
  if (status === 409) return conflict
  if (status === 408 || status === 504) return 'Timeout'
  return status === 502 || status === 503 ? 'Unreachable' : undefined
}

function problemOf(body: unknown): string {
  const { detail, title } = (body ?? {}) as { readonly detail?: unknown; readonly title?: unknown }
  if (typeof detail === 'string') return detail
  return typeof title === 'string' ? title : 'the agent of this router does not say why'
}
