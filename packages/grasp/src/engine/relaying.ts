/** Sends a message of others on to all other interfaces. @module */
import { encodeMessage } from '../message/encode.ts'
import type { Discovery, Flood } from '../message/message.ts'
import type { Context } from './node.ts'

/** Copies sent: one for each interface but the one it came from, none in DULL (§2.5.2). */
export function relay({ node, config, effects }: Context, message: Discovery | Flood, cameFrom: number): number {
  if (config.mode === 'dull') return 0
  const others = [...node.interfaces.keys()].filter((link) => link !== cameFrom)
  if (others.length === 0) return 0
  const octets = encodeMessage(message)
  for (const link of others) effects.push({ type: 'multicast', interface: link, octets })
  return others.length
}
