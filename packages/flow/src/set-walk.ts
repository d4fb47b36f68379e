/**
 * The sets of a NetFlow v9 or IPFIX message, one behind the other (RFC 7011 §3.3, RFC 3954 §5).
 *
 *   octets  2       2                      length - 4
 *           set id  length, these 4 too    templates or records, and up to 3 octets of padding
 *
 * A set that runs past the message is used as far as it goes, and the message counts as malformed.
 * @module
 */
import { DecodeError } from '@vagus/wire'
import type { DataSets, Message } from './data-sets.ts'
import type { Malformation } from './malformation.ts'
import type { MessageHeader } from './message-header.ts'
import { firstDataSetId } from './template.ts'
import { readTemplateSet, type TemplateKind } from './template-sets.ts'
import type { TemplateStore } from './template-store.ts'

export interface SetWalkParts {
  readonly templates: TemplateStore
  readonly dataSets: DataSets
  readonly malformation: Malformation
  /** Fields that a template may have. */
  readonly maxFields: number
}

const setHeaderOctets = 4

const templateSetIds: Record<MessageHeader['protocol'], Readonly<Record<number, TemplateKind>>> = {
  netflow9: { 0: 'data', 1: 'options' },
  ipfix: { 2: 'data', 3: 'options' },
}

/** `octets` and `view` are the datagram; the sets stand from `header.octets` up to `end`. */
export function walkSets(
  parts: SetWalkParts,
  header: MessageHeader,
  message: Message,
  octets: Uint8Array,
  view: DataView,
): void {
  const { malformation } = parts
  if (header.end < header.octets) {
    malformation.note(2, `a message of ${header.end} octets; its header has ${header.octets}`)
    return
  }
  const messageEnd = Math.min(header.end, octets.length)
  if (header.end > octets.length) {
    malformation.note(2, `a message of ${header.end} octets in a datagram of ${octets.length}`)
  }
  let at = header.octets
  while (at + setHeaderOctets <= messageEnd) {
    const id = view.getUint16(at)
    const length = view.getUint16(at + 2)
    if (length < setHeaderOctets) {
      if (id !== 0 || length !== 0) malformation.note(at + 2, `a set of ${length} octets; it has 4 at least`)
      return // a set of zeros is padding of the message, as some exporters have it
    }
    let end = at + length
    if (end > messageEnd) {
      malformation.note(at + 2, `a set up to octet ${end} in a message of ${messageEnd}`)
      end = messageEnd
    }
    if (id >= firstDataSetId) parts.dataSets.take(message, id, view, at + setHeaderOctets, end)
    else {
      const kind = templateSetIds[header.protocol][id]
      if (kind) takeTemplates(parts, header, message, { kind, octets, at: at + setHeaderOctets, end })
    }
    at = end
  }
}

interface TemplateOctets {
  readonly kind: TemplateKind
  readonly octets: Uint8Array
  readonly at: number
  readonly end: number
}

function takeTemplates(parts: SetWalkParts, header: MessageHeader, message: Message, set: TemplateOctets): void {
  const { protocol } = header
  const { kind, octets, at, end } = set
  try {
    readTemplateSet(octets, at, end, { protocol, kind, maxFields: parts.maxFields }, (announced) => {
      message.templates++
      if (announced.fields.length === 0) return // a withdrawal, which a collector ignores over UDP (RFC 7011 §8.4)
      const isNew = parts.templates.announce(message.stream, announced, message.now)
      if (isNew) parts.dataSets.unpark(message, announced.id)
    })
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    parts.malformation.noteError(error)
  }
}
