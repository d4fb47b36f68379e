/**
 * Walks the sets of a NetFlow v9 or IPFIX message (RFC 7011 §3.3, RFC 3954 §5).
 *
 *   octets  2       2                      length - 4
 *           set id  length, with header    templates or records, and up to 3 octets of padding
 *
 * A set that runs past the message is used up to the end of the message, and the message counts as malformed.
 * @module
 */
import { DecodeError } from '@vagus/wire'
import type { DataSets, Message } from './data-sets.ts'
import type { Datagram } from './datagram.ts'
import type { Malformation } from './malformation.ts'
import type { MessageHeader } from './message-header.ts'
import { firstDataSetId } from './template.ts'
import { readTemplateSet, type TemplateKind } from './template-sets.ts'
import type { TemplateStore } from './template-store.ts'

export interface SetWalkParts {
  readonly templates: TemplateStore
  readonly dataSets: DataSets
  readonly malformation: Malformation
  /** Maximum number of fields of a template. */
  readonly maxFields: number
}

const setHeaderOctets = 4

const templateSetIds: Record<MessageHeader['protocol'], Readonly<Record<number, TemplateKind>>> = {
  netflow9: { 0: 'data', 1: 'options' },
  ipfix: { 2: 'data', 3: 'options' },
}

export function walkSets(parts: SetWalkParts, header: MessageHeader, message: Message, datagram: Datagram): void {
  const newIds = walk(parts, header, message, datagram)
  // At the end, as options data with the sampling rate often follows the templates in the same message.
  if (newIds !== undefined) for (const id of newIds) parts.dataSets.unpark(message, id)
}

/** Returns the ids of new templates, for which parked data may wait; undefined if the message has no templates. */
function walk(
  parts: SetWalkParts,
  header: MessageHeader,
  message: Message,
  datagram: Datagram,
): ReadonlySet<number> | undefined {
  const { malformation } = parts
  let newIds: Set<number> | undefined
  const { view, start } = datagram
  if (header.length < header.octets) {
    malformation.note(start + 2, `a message of ${header.length} octets; its header alone has ${header.octets}`)
    return undefined
  }
  const length = datagram.end - start
  if (header.length > length) {
    malformation.note(start + 2, `a message of ${header.length} octets in a datagram of ${length}`)
  }
  const messageEnd = start + Math.min(header.length, length)
  let at = start + header.octets
  while (at + setHeaderOctets <= messageEnd) {
    const id = view.getUint16(at)
    const octets = view.getUint16(at + 2)
    if (octets < setHeaderOctets) {
      if (id !== 0 || octets !== 0)
        malformation.note(at + 2, `a set of ${octets} octets; its header alone has ${setHeaderOctets}`)
      return newIds // some exporters pad the message with zeros
    }
    let end = at + octets
    if (end > messageEnd) {
      const octetOf = (place: number): number => malformation.octetOf(place)
      malformation.note(
        at + 2,
        `a set that ends at octet ${octetOf(end)} in a message of ${octetOf(messageEnd)} octets`,
      )
      end = messageEnd
    }
    if (id >= firstDataSetId) parts.dataSets.take(message, id, view, at + setHeaderOctets, end)
    else {
      const kind = templateSetIds[header.protocol][id]
      if (kind) {
        newIds ??= new Set()
        takeTemplates(parts, header, message, { kind, datagram, at: at + setHeaderOctets, end }, newIds)
      }
    }
    at = end
  }
  return newIds
}

interface TemplateOctets {
  readonly kind: TemplateKind
  readonly datagram: Datagram
  readonly at: number
  readonly end: number
}

/** Adds the ids of new templates to `newIds`. */
function takeTemplates(
  parts: SetWalkParts,
  header: MessageHeader,
  message: Message,
  set: TemplateOctets,
  newIds: Set<number>,
): void {
  const { protocol } = header
  const { kind, datagram, at, end } = set
  const { start } = datagram
  try {
    // The datagram alone, so that errors count octets from its start.
    const octets = datagram.octets.subarray(start, datagram.end)
    readTemplateSet(octets, at - start, end - start, { protocol, kind, maxFields: parts.maxFields }, (template) => {
      message.templates++
      if (template.fields.length === 0) return // a withdrawal; a collector ignores it over UDP (RFC 7011 §8.4)
      const isNew = parts.templates.announce(message.stream, template, message.now)
      if (isNew) newIds.add(template.id)
    })
    if (message.stream.sampling.templatesCame(message.now)) message.entry.exporter.optionsVersion++
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    parts.malformation.noteError(error)
  }
}
