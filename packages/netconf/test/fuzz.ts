/**
 * Gives mutated messages to framer and readers, in pieces: octets flipped, cut, doubled, and marks and headers of chunks in
 * between. Checks that nothing but NetconfError comes out, and that what was read means the same once written.
 * @module
 */
import assert from 'node:assert/strict'
import { frame, NetconfError, NetconfFramer, parseXml, readHello, readReply, xmlText } from '../src/index.ts'
import { all } from './examples.ts'
import { meaningOf } from './same-xml.ts'

export interface FuzzResult {
  readonly messages: number
  /** Of them those that came out of the framer, as themselves or in parts. */
  readonly framed: number
  /** Of these those that were XML. */
  readonly wellFormed: number
  /** Of these those that were a hello or a reply. */
  readonly understood: number
}

const splices = [
  ']]>]]>', '\n##\n', '\n#7\n', '<a>', '</a>', '<!--', '<![CDATA[', ']]>', '&amp;', '&#0;', '&#x10FFFF;', ' xmlns="', ' xmlns:a="u"',
  'a:', '<?xml version="1.1"?>', '<!DOCTYPE a>', '\0', '\u{10FFFF}', '\uFEFF', '>', '<', '/>', '"',
].map((text) => new TextEncoder().encode(text)) // oxfmt-ignore
const limit = 2048

export function fuzz(count: number, seed: number): FuzzResult {
  const next = random(seed)
  const originals = Object.values(all)
  const result = { messages: count, framed: 0, wellFormed: 0, understood: 0 }
  for (let n = 0; n < count; n++) {
    const framing = next(2) === 0 ? 'eom' : 'chunked'
    const original = frame(originals[next(originals.length)]!, framing)
    const framer = new NetconfFramer(limit)
    if (framing === 'chunked') framer.chunked()
    for (const message of messagesOf(framer, mutated(original, next), next)) {
      result.framed++
      if (!isXml(message)) continue
      result.wellFormed++
      if (isUnderstood(message)) result.understood++
    }
  }
  return result
}

function messagesOf(framer: NetconfFramer, octets: Uint8Array, next: (below: number) => number): readonly string[] {
  const messages: string[] = []
  guarded(() => {
    for (let at = 0; at < octets.length;) {
      const length = 1 + next(200)
      framer.push(octets.subarray(at, at + length))
      for (let message = framer.next(); message !== undefined; message = framer.next()) messages.push(message)
      at += length
    }
  })
  for (const message of messages) assert.ok(message.length <= limit)
  return messages
}

function isXml(message: string): boolean {
  const element = guarded(() => parseXml(message))
  if (element === undefined) return false
  for (const layout of ['compact', 'indented'] as const)
    assert.deepEqual(meaningOf(parseXml(xmlText(element, layout))), meaningOf(element))
  return true
}

const isUnderstood = (message: string): boolean =>
  guarded(() => readHello(message)) !== undefined || guarded(() => readReply(message)) !== undefined

function guarded<Value>(act: () => Value): Value | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof NetconfError) return undefined
    throw error
  }
}

function mutated(octets: Uint8Array, next: (below: number) => number): Uint8Array {
  let result = [...octets]
  for (let changes = next(3); changes > 0; changes--) {
    const at = next(result.length + 1)
    const kind = next(6)
    if (kind === 0 && at < result.length) result[at] = result[at]! ^ (1 << next(8))
    else if (kind === 1) result.splice(at, 1 + next(8))
    else if (kind === 2) result = result.slice(0, at)
    else if (kind === 3) result.splice(at, 0, ...result.slice(at, at + next(60)))
    else if (kind === 4) result.splice(at, 0, ...splices[next(splices.length)]!)
    else result.splice(at, 0, ...octets)
  }
  return Uint8Array.from(result)
}

/** Mulberry32. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
