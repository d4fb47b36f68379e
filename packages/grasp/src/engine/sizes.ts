/** How long unicast messages may be: 2048 octets, or what their objective says (RFC 8990 §2.8.3). @module */
import { DecodeError } from '@vagus/wire'
import type { Message } from '../message/message.ts'
import type { Context } from './node.ts'

/** Octets of a message of the objective `name`. */
export function sizeOf({ node, config }: Pick<Context, 'node' | 'config'>, name: string): number {
  const sizes = (node.offerings.get(name) ?? []).map(({ maxSize = config.limits.maxSize }) => maxSize)
  return sizes.reduce((most, size) => Math.max(most, size), config.limits.maxSize)
}

/** Octets of a message of which only the beginning is known. */
export function largestSize({ node, config }: Pick<Context, 'node' | 'config'>): number {
  let largest = config.limits.maxSize
  for (const offerings of node.offerings.values()) {
    for (const { maxSize = 0 } of offerings) largest = Math.max(largest, maxSize)
  }
  return largest
}

/** `message`, which came as so many octets. @throws {DecodeError} `bad-length` when its objective allows fewer */
export function checkSize(context: Context, message: Message, octets: number): Message {
  const most =
    'objective' in message && message.objective
      ? sizeOf(context, message.objective.name)
      : context.config.limits.maxSize
  if (octets <= most) return message
  throw new DecodeError('bad-length', 0, `the message has ${octets} octets; ${most} are allowed`)
}
