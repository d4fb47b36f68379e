/**
 * What a message asks for: its parts, and the metadata of a request (draft-yang-nmrg-a2a-nm): `request_type`, `priority`,
 * `response_deadline`. All other metadata is the caller's own, and nobody here believes it. Pure.
 * @module
 */
import { createHash } from 'node:crypto'
import type { Message, SendMessageRequest } from '@a2a-js/sdk'
import { RequestMalformedError } from '@a2a-js/sdk/errors'
import { z } from '@hono/zod-openapi'
import { priorities, type Priority, type SaidMessage, type TaskPart } from './task.ts'
import type { Wanted } from './skill.ts'

/** Parts of a message, and UTF-16 units of all its texts and of all its data together: tasks are kept with what was said. */
const limits = { parts: 16, text: 8192, data: 16_384 } as const
/** Objects and lists within each other. What is kept must not be too deep for whoever writes it down. */
const maxDepth = 32
/** UTF-16 units of the ids that a caller makes. */
const maxId = 256

const metadataSchema = z.object({
  request_type: z.string().min(1).max(64).optional(),
  priority: z.enum(priorities, `must be one of ${priorities.join(', ')}`).default('medium'),
  response_deadline: z.iso.datetime({ offset: true, error: 'must be a time of RFC 3339' }).optional(),
})

export interface AskedTask {
  readonly said: SaidMessage
  /** A2A's name of how it is sent: policies may tell them apart. */
  readonly operation: 'SendMessage' | 'SendStreamingMessage'
  /** Of a task that goes on; undefined: a new one. */
  readonly taskId: string | undefined
  readonly contextId: string | undefined
  /** As the request names it; undefined: it follows from what is said. */
  readonly skill: string | undefined
  readonly priority: Priority
  /** Milliseconds since 1970. */
  readonly deadline: number | null
}

/** @throws {RequestMalformedError} which says what would be right */
export function askedTask({ message, metadata }: SendMessageRequest, operation: AskedTask['operation']): AskedTask {
  if (message === undefined) throw malformed('a request has a "message"')
  const { messageId, taskId, contextId } = message
  if (messageId === '') throw malformed('"messageId" is missing: your own id of the message, the same for each try')
  for (const [name, id] of Object.entries({ messageId, taskId, contextId }))
    if (id.length > maxId) throw malformed(`"${name}" has ${id.length} characters; at most ${maxId} are taken`)
  const read = metadataSchema.safeParse(metadata ?? {})
  if (!read.success) {
    const [{ path, message: problem } = { path: [], message: '' }] = read.error.issues
    throw malformed(`metadata "${path.join('.')}" ${problem}`)
  }
  const { request_type: type, priority, response_deadline: deadline } = read.data
  const parts = partsOf(message)
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
  return {
    operation,
    said: { id: messageId, digest, parts },
    taskId: taskId === '' ? undefined : taskId,
    contextId: contextId === '' ? undefined : contextId,
    skill: type?.replaceAll('_', '-'),
    priority,
    deadline: deadline === undefined ? null : Date.parse(deadline),
  }
}

function partsOf({ parts }: Message): readonly TaskPart[] {
  if (parts.length === 0) throw malformed('a message has at least one part')
  if (parts.length > limits.parts) throw malformed(`a message has at most ${limits.parts} parts`)
  let [text, octets] = [0, 0]
  return parts.map(({ content }) => {
    if (content?.$case === 'text') {
      text += content.value.length
      if (text > limits.text) throw malformed(`the texts of a message have at most ${limits.text} characters`)
      return { text: content.value }
    }
    if (content?.$case === 'data') {
      const data: unknown = content.value
      if (typeof data !== 'object' || data === null || Array.isArray(data)) throw malformed('a data part is an object')
      if (isDeeper(data, maxDepth)) throw malformed(`data has at most ${maxDepth} objects and lists within each other`)
      octets += JSON.stringify(data).length
      if (octets > limits.data) throw malformed(`the data of a message has at most ${limits.data} characters`)
      return { data }
    }
    throw malformed('parts are text or data here, no files')
  })
}

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return most === 0 || Object.values(value).some((one) => isDeeper(one, most - 1))
}

/** Of all messages of a task. */
export function wantedOf(messages: readonly SaidMessage[]): Wanted {
  const parts = messages.flatMap((said) => said.parts)
  const data: Record<string, unknown> = {}
  for (const part of parts)
    for (const [key, value] of Object.entries(part.data ?? {})) if (key !== '__proto__') data[key] = value
  return { text: parts.flatMap(({ text }) => (text === undefined ? [] : [text])).join('\n'), data }
}

const malformed = (problem: string): Error => new RequestMalformedError(problem)
