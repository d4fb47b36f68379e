/**
 * `/groups/NAME` for programs of this host: POST sends the content to every member of the role, GET gives what others send
 * as server-sent events (HTML §9.2), each with the member that sent it as the roster proves it. `/groups` lists them.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GroupGap, GroupList, GroupMessage, GroupReceipt } from '@vagus/api/groups'
import { maxMessageOctets } from '@vagus/groups'
import { writeTo } from '../drain.ts'
import type { Groups } from '../groups/groups.ts'
import type { Inbox, Kept } from '../groups/inbox.ts'
import { ProblemError } from '../wire/problem.ts'
import { isBrowser, refusePage } from './guard.ts'

/** Milliseconds between comments while nothing comes: clients give up on silence. */
const silenceEvery = 15_000
const maxKeyCharacters = 255
const comment = Buffer.from(':\n\n')

export interface GroupRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** See `Admitted`. */
  readonly caller: string
  /** Path and query behind `/groups`. */
  readonly target: string
}

/** @param groups `undefined`: the agent belongs to no fleet @throws {ProblemError} */
export async function answerGroups(groups: Groups | undefined, asked: GroupRequest): Promise<void> {
  if (groups === undefined)
    throw new ProblemError('unknown-group', 'a group is a role of a roster: vagus run --roster OWNER')
  const { request, response, target } = asked
  refusePage(request)
  const { pathname, searchParams } = new URL(target, 'http://localhost/')
  const name = nameIn(pathname)
  if (name === '' && request.method === 'GET') {
    const list: GroupList = { apiVersion: 'vagus/v1', kind: 'GroupList', items: groups.list() }
    return answerJson(response, 200, list)
  }
  if (name !== '' && request.method === 'POST') return takeMessage(groups, name, asked)
  if (name === '' || request.method !== 'GET')
    throw new ProblemError('no-such-path', 'send by POST /groups/NAME, listen by GET /groups/NAME, list by GET /groups')
  if (/\bapplication\/json\b/.test(request.headers.accept ?? '')) return answerJson(response, 200, groups.state(name))
  const place = placeOf(request.headers['last-event-id'] ?? searchParams.get('after') ?? undefined)
  await stream(groups, name, place, response)
}

/** `role:x` means the group `x`, as among agents. */
function nameIn(path: string): string {
  try {
    return decodeURIComponent(path)
      .replace(/^\/+/, '')
      .replace(/^role:/, '')
  } catch {
    throw new ProblemError('bad-request', `"${path.slice(0, 80)}" is no percent-encoded name`)
  }
}

function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

async function takeMessage(groups: Groups, name: string, { request, response, caller }: GroupRequest): Promise<void> {
  if (isBrowser(request)) throw new ProblemError('wrong-origin', 'a page sends nothing to a group; send by a program')
  const { 'idempotency-key': key, 'content-type': type = 'application/octet-stream' } = request.headers
  const one = Array.isArray(key) ? key[0] : key
  if (one !== undefined && (one.length === 0 || one.length > maxKeyCharacters))
    throw new ProblemError('bad-request', `Idempotency-Key has 1..${maxKeyCharacters} characters`)
  const content = { type, octets: await bodyOf(request) }
  const { id, members } = groups.publish(name, content, { caller, key: one })
  const receipt: GroupReceipt = { id, group: name, members }
  answerJson(response, 202, receipt)
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let octets = 0
  for await (const part of request as AsyncIterable<Uint8Array>) {
    octets += part.length
    if (octets > maxMessageOctets)
      throw new ProblemError('too-large', `a message to a group has at most ${maxMessageOctets} octets`)
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

/** `newest`: only what comes; `oldest`: whatever is kept. Else behind the event of that id. */
type Place = 'newest' | 'oldest' | { readonly inbox: string; readonly place: number }

/** @throws {ProblemError} `unknown-stream` */
function placeOf(text: string | string[] | undefined): Place {
  if (text === undefined || text === '') return 'newest'
  if (text === 'oldest') return 'oldest'
  const [, inbox, place] = /^([0-9a-f]{12})-(\d{1,15})$/.exec(String(text)) ?? []
  if (inbox !== undefined) return { inbox, place: Number(place) }
  throw new ProblemError(
    'unknown-stream',
    `"${String(text).slice(0, 80)}" is the id of no event here; "oldest" gives all`,
  )
}

async function stream(groups: Groups, name: string, from: Place, response: ServerResponse): Promise<void> {
  const inbox = groups.inbox(name)
  let changed = Promise.withResolvers<void>()
  const wake = (): void => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  const unlisten = groups.listen(wake)
  const silence = setInterval(() => response.write(comment), silenceEvery).unref()
  response.once('close', wake)
  try {
    let at = startOf(groups, inbox, from)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const lost = gapBefore(groups, inbox, from)
    await writeTo(response, lost === undefined ? comment : eventOf('gap', `${groups.inboxId}-${at}`, lost))
    while (!response.destroyed && !groups.isClosed) {
      const next = changed.promise
      const page = groups.inbox(name).after(at)
      for (const kept of page) {
        at = kept.place
        await writeTo(response, eventOf(kept.kind, `${groups.inboxId}-${at}`, shownOf(kept)))
      }
      if (page.length === 0) await next
    }
    response.end()
  } catch (error) {
    // The roster took the right to read away in the middle: a client that asks again is told why.
    if (!response.headersSent || !(error instanceof ProblemError)) throw error
    response.end(eventOf('end', undefined, error.problem))
  } finally {
    clearInterval(silence)
    unlisten()
  }
}

function startOf(groups: Groups, inbox: Inbox, from: Place): number {
  if (from === 'newest') return inbox.newest
  if (from === 'oldest' || from.inbox !== groups.inboxId) return 0
  return from.place
}

/** What a program that comes back cannot get any more. */
function gapBefore(groups: Groups, inbox: Inbox, from: Place): GroupGap | undefined {
  if (typeof from === 'string') return undefined
  if (from.inbox !== groups.inboxId)
    return { because: 'this side-car lost its disk since: what it had got before is gone' }
  if (from.place >= inbox.whole) return undefined
  return { because: 'more came than is kept: 64 MiB, for 7 days' }
}

/** @param event 'message' is what an event without a type is */
const eventOf = (event: string, id: string | undefined, data: object): Uint8Array =>
  Buffer.from(
    `${event === 'message' ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`,
  )

function shownOf({ kind, from, member, roles, log, seq, last, sentAt, type, octets }: Kept): GroupMessage | GroupGap {
  const whose = { agent: from, member: member ?? null, roles }
  if (kind === 'gap') {
    const missing = last - seq + 1
    return { from: whose, missing, because: `${missing} messages were kept no longer when this agent was back` }
  }
  return { id: `${log}-${seq}`, from: whose, sentAt: new Date(sentAt).toISOString(), type, ...contentOf(type, octets) }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** As text where the type says so and it is; else in base64. */
function contentOf(type: string, octets: Uint8Array): Pick<GroupMessage, 'text' | 'base64'> {
  if (/^(text\/|application\/([\w.+-]+\+)?json\b)/i.test(type))
    try {
      return { text: utf8.decode(octets) }
    } catch {} // no UTF-8
  return { base64: Buffer.from(octets).toString('base64') }
}
