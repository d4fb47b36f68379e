/**
 * Where outsiders may have agents send what happens to a task (A2A 1.0 §3.1.7). It is the agent's own server that calls there,
 * from inside its network and by whatever a name means at that moment: to look at the address here would prove nothing. So
 * outsiders name only hosts that the operator named.
 * @module
 */
import { a2aOperationAt, a2aOperationNamed } from '../roster/a2a-operations.ts'
import { clearPathOf } from '../roster/compared-path.ts'
import { folded, hasRepeatedMember, lookalikeOf } from '../roster/json-members.ts'
import { isIdentityCoded, isJson } from '../wire/header-fields.ts'
import type { RequestHead } from '../wire/http-exchange.ts'
import { ProblemError } from '../wire/problem.ts'
import { jsonOf, mayBecomeJson, textOf } from '../wire/strict-content.ts'

/** What a request from outside says, as far as the gateway wants to know it. */
export interface Said {
  /** Whether its answer is a stream that stays open. */
  readonly isStream: boolean
  /** Where tasks should be told of. */
  readonly webhooks: readonly string[]
}

/** Of A2A, and of MCP 2026-07-28. */
const streams: ReadonlySet<string> = new Set(['SendStreamingMessage', 'SubscribeToTask', 'subscriptions/listen'])

/** @throws {ProblemError} `bad-request` where servers may read it in several ways */
export function saidBy(head: RequestHead, body: Uint8Array): Said {
  const { method, target, headers } = head
  const atPath = a2aOperationAt(method, target)
  const messages = body.length === 0 ? [] : messagesIn(head, body)
  const named = messages.flatMap((message) => {
    const called = (message as { readonly method?: unknown }).method
    return typeof called === 'string' ? [a2aOperationNamed(called)] : []
  })
  const operations = atPath === undefined ? named : [atPath, ...named]
  const listens =
    method === 'GET' && headers.some(([name, value]) => /^accept$/i.test(name) && /text\/event-stream/i.test(value))
  // At a path that servers read in several ways it may be that operation, too.
  const sets =
    clearPathOf(target) === undefined ||
    operations.some((operation) => /^createtaskpushnotificationconfig$/i.test(operation))
  return {
    isStream: listens || operations.some((operation) => streams.has(operation)),
    webhooks: messages.flatMap((message) => urlsIn(message, sets ? 'anywhere' : 'in configurations')),
  }
}

/** @param named hosts, `hooks.example` or `hooks.example:8443` @throws {ProblemError} `refused` */
export function checkWebhooks({ webhooks }: Said, named: readonly string[]): void {
  const other = webhooks.find((text) => !isNamed(text, named))
  if (other === undefined) return
  const hosts = named.length === 0 ? 'none' : `https:// at ${named.join(', ')}`
  throw new ProblemError(
    'refused',
    `push notifications for callers outside go to hosts that the operator of this gateway named: ${hosts}; "${other.slice(0, 80)}" is none. Subscribe to the task instead`,
  )
}

/**
 * What every reader takes for the same host: of `https://named\@other` some call the one and some the other. No name with an @,
 * a backslash, an escape, or what some leave out, such as tabs.
 */
const plainUrl = /^https:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d+)?(?:\/[!-[\]-~]*)?$/i

function isNamed(text: string, named: readonly string[]): boolean {
  const url = plainUrl.test(text) ? URL.parse(text) : null
  if (url === null) return false
  return named.includes(url.hostname) ? url.port === '' : named.includes(url.host)
}

function messagesIn({ headers }: RequestHead, body: Uint8Array): readonly object[] {
  if (!isIdentityCoded(headers)) throw unclear('its content is compressed')
  const text = textOf(body)
  const value = text === undefined ? undefined : jsonOf(text)
  if (value === undefined || text === undefined) {
    if (isJson(headers) || mayBecomeJson(body)) throw unclear('its content is no JSON in UTF-8')
    return []
  }
  if (hasRepeatedMember(text)) throw unclear('an object in its content has two members of one name')
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  const messages = all.filter((each): each is object => typeof each === 'object' && each !== null)
  for (const message of messages) {
    const other = lookalikeOf(message, ['jsonrpc', 'method', 'params'])
    if (other !== undefined) throw unclear(`its member "${other.slice(0, 40)}" looks like another one`)
  }
  return messages
}

function urlsIn(message: object, where: 'anywhere' | 'in configurations'): readonly string[] {
  const found: string[] = []
  const waiting: { readonly value: object; readonly isConfig: boolean }[] = [
    { value: message, isConfig: where === 'anywhere' },
  ]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [name, value] of Object.entries(next.value) as readonly [string, unknown][]) {
      const plain = folded(name)
        .toLowerCase()
        .replaceAll(/[^a-z]/g, '')
      if (next.isConfig && plain === 'url' && typeof value === 'string') found.push(value)
      if (typeof value === 'object' && value !== null)
        waiting.push({ value, isConfig: next.isConfig || plain.includes('pushnotification') })
    }
  }
  return found
}

const unclear = (why: string): ProblemError =>
  new ProblemError(
    'bad-request',
    `what a request from outside asks for must be clear, and of this one it is not: ${why}`,
  )
