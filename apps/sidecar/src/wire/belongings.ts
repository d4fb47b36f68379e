/**
 * What belongs together, so that whoever has its beginning must get the rest: a task and a context of A2A (1.0 §3.4.3,
 * and 0.3), a session of MCP, a request that may be sent again. Read from requests, and from answers, where agents name
 * their tasks and sessions. Each as a word: `task:7f…`, `session:…`, `key:…`, `message:…`, `context:…`.
 * @module
 */
import type { A2aRequest } from './a2a-request.ts'
import { type HeaderFields, valueOf } from './header-fields.ts'
import type { RequestHead } from './http-exchange.ts'
import { isJsonObject, type JsonObject, jsonObject } from './json-object.ts'

export interface Belongings {
  /** The one that decides first: who has a task counts before who has its context. */
  readonly words: readonly string[]
  /** `continues`: an agent has it already, and another one would not know it; `begins`: a new message. */
  readonly kind: 'begins' | 'continues' | 'stands alone'
}

const none: JsonObject = {}

/** Methods whose `id` is that of a task. */
const taskMethods =
  /^(GetTask|CancelTask|SubscribeToTask|tasks\/(get|cancel|resubscribe|pushNotificationConfig\/(set|get|list|delete)))$/

/** @param message the one that the request sends, if it sends one */
export function belongingsOf(
  { headers, target, speech }: RequestHead,
  body: Uint8Array | undefined,
  message: A2aRequest | undefined,
): Belongings {
  if (speech === 'mcp') {
    const session = wordOf('session', valueOf(headers, 'mcp-session-id'))
    return { words: [...session, ...keyIn(headers)], kind: session.length > 0 ? 'continues' : 'stands alone' }
  }
  const { task, context } = idsIn(target, body)
  const own = wordOf('message', message?.messageId)
  const words = [...wordOf('task', task), ...keyIn(headers), ...own, ...wordOf('context', context)]
  if (task !== undefined && speech === 'a2a') return { words, kind: 'continues' }
  return { words, kind: message === undefined ? 'stands alone' : 'begins' }
}

const keyIn = (headers: HeaderFields): readonly string[] => wordOf('key', valueOf(headers, 'idempotency-key'))

interface Ids {
  readonly task: string | undefined
  readonly context: string | undefined
}

function idsIn(target: string, body: Uint8Array | undefined): Ids {
  const content = (body === undefined ? undefined : jsonObject(Buffer.from(body).toString('utf8'))) ?? none
  const params = objectIn(content, 'params') ?? content
  const told = objectIn(params, 'message') ?? none
  const ofMethod = taskMethods.test(String(content['method'])) ? textIn(params, 'id') : undefined
  return {
    task: textIn(told, 'taskId') ?? textIn(params, 'taskId') ?? ofMethod ?? taskInPath(target),
    context: textIn(told, 'contextId') ?? textIn(params, 'contextId') ?? contextInQuery(target),
  }
}

/** What the head of an answer names. */
export const belongingsToldIn = (headers: HeaderFields): readonly string[] =>
  wordOf('session', valueOf(headers, 'mcp-session-id'))

/** What an answer of A2A, or one of its events, names: tasks and contexts. @param text JSON; of anything else, nothing */
export function belongingsToldBy(text: string): readonly string[] {
  const answer = jsonObject(text)
  if (answer === undefined) return []
  const content = objectIn(answer, 'result') ?? answer
  const { tasks } = content
  const parts = [
    content,
    ...['task', 'message', 'statusUpdate', 'artifactUpdate'].map((member) => objectIn(content, member) ?? none),
    ...(Array.isArray(tasks) ? tasks.filter(isJsonObject) : []),
  ]
  return [...new Set(parts.flatMap(wordsIn))]
}

/** A task has a status, and its own id beside that; everything else names it. */
function wordsIn(part: JsonObject): readonly string[] {
  const own = isJsonObject(part['status']) ? textIn(part, 'id') : undefined
  return [...wordOf('task', textIn(part, 'taskId') ?? own), ...wordOf('context', textIn(part, 'contextId'))]
}

/** HTTP+JSON (A2A 1.0 §11.3): `/tasks/ID`, `/tasks/ID:cancel`, `/tasks/ID/pushNotificationConfigs`. */
function taskInPath(target: string): string | undefined {
  const [, id] = /\/tasks\/([^/?:]+)/.exec(target) ?? []
  return id === undefined ? undefined : decoded(id)
}

function contextInQuery(target: string): string | undefined {
  if (!target.includes('?')) return undefined
  return new URLSearchParams(target.slice(target.indexOf('?'))).get('contextId') ?? undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const wordOf = (kind: string, id: string | undefined): readonly string[] =>
  id === undefined || id === '' ? [] : [`${kind}:${id}`]

function objectIn(holder: JsonObject, member: string): JsonObject | undefined {
  const value = holder[member]
  return isJsonObject(value) ? value : undefined
}

function textIn(holder: JsonObject, member: string): string | undefined {
  const value = holder[member]
  return typeof value === 'string' ? value : undefined
}
