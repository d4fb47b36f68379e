/**
 * Octets into a message (RFC 8990 §2.8). Checks the form only; whether a message may come now is decided by the engines.
 * Options that a message type does not know are ignored (§2.9.1), and so are elements behind the last one known.
 * @module
 */
import { type CborItem, type CborLimits, DecodeError, majorType, readItem } from '@vagus/wire'
import { isLocator, type Locator, readLocator } from '../locator.ts'
import { readObjective } from '../objective.ts'
import { messageTypes, type MessageTypeName, optionCode } from '../registry.ts'
import { elementAt, maxUint32, optionOf, readOctets, readTextField, readUint } from './fields.ts'
import type { End, Flood, Message, Response, TaggedObjective } from './message.ts'

/** 32 levels are twice what the deepest known objective needs; no message of sense is more than half single octets. */
export const messageLimits = (octets: number): CborLimits => ({ octets, depth: 32, items: octets >> 1 })

/**
 * `octets` as exactly one message.
 * @throws {DecodeError} with the octet at fault; `sessionIdOf` says whether the type is one that is not known here
 */
export function decodeMessage(octets: Uint8Array, maxOctets = 65_536): Message {
  const item = readItem(octets, messageLimits(maxOctets))
  const elements = item.major === majorType.array ? item.elements() : []
  const code = readUint(elementAt(item, elements, 0, 'message type'), 255, 'message type')
  const type = messageTypes.find((entry) => entry.code === code)
  if (type === undefined) throw new DecodeError('bad-value', item.offset, `message type ${code} is unknown`)
  return readers[type.name]({ item, elements, type: type.name })
}

/** What M_INVALID may copy from a message that could not be read (§2.8.12); undefined when not even that is there. */
export function sessionIdOf(octets: Uint8Array, maxOctets = 65_536): { type: number; sessionId: number } | undefined {
  try {
    const item = readItem(octets, messageLimits(maxOctets))
    const elements = item.major === majorType.array ? item.elements() : []
    const type = readUint(elementAt(item, elements, 0, 'message type'), 255, 'message type')
    return { type, sessionId: readUint(elementAt(item, elements, 1, 'session id'), maxUint32, 'session id') }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

interface Source<Name extends MessageTypeName = MessageTypeName> {
  readonly item: CborItem
  readonly elements: readonly CborItem[]
  readonly type: Name
}

const sessionIdIn = ({ item, elements }: Source): number =>
  readUint(elementAt(item, elements, 1, 'session id'), maxUint32, 'session id')

const initiatorIn = ({ item, elements }: Source): Uint8Array =>
  readOctets(elementAt(item, elements, 2, 'initiator'), [4, 16], 'initiator').slice()

const ttlIn = ({ item, elements }: Source): number => readUint(elementAt(item, elements, 3, 'ttl'), maxUint32, 'ttl')

const readers: { readonly [Name in MessageTypeName]: (source: Source) => Message } = {
  noop: () => ({ type: 'noop' }),
  discovery: (source) => ({
    type: 'discovery',
    sessionId: sessionIdIn(source),
    initiator: initiatorIn(source),
    objective: readObjective(elementAt(source.item, source.elements, 3, 'objective'), 'value optional'),
  }),
  response: readResponse,
  'request-negotiation': objectiveMessage('request-negotiation'),
  'request-synchronization': objectiveMessage('request-synchronization'),
  negotiate: objectiveMessage('negotiate'),
  synch: objectiveMessage('synch'),
  end: readEnd,
  wait: (source) => ({
    type: 'wait',
    sessionId: sessionIdIn(source),
    waitingTime: readUint(elementAt(source.item, source.elements, 2, 'waiting time'), maxUint32, 'waiting time'),
  }),
  flood: readFlood,
  invalid: (source) => {
    const content = source.elements[2]?.octets.slice()
    return { type: 'invalid', sessionId: sessionIdIn(source), ...(content === undefined ? {} : { content }) }
  },
}

function objectiveMessage(
  type: 'request-negotiation' | 'request-synchronization' | 'negotiate' | 'synch',
): (source: Source) => Message {
  return (source) => ({
    type,
    sessionId: sessionIdIn(source),
    objective: readObjective(elementAt(source.item, source.elements, 2, 'objective'), 'with value'),
  })
}

/** Locators, or one divert option of locators; the first kind found counts, an objective may follow. */
function readResponse(source: Source): Response {
  const head = { sessionId: sessionIdIn(source), initiator: initiatorIn(source), ttl: ttlIn(source) }
  const options = source.elements.slice(4)
  const divert = options.find((option) => optionOf(option) === optionCode.divert)
  const locatorItems = options.filter(isLocator)
  const option = locatorItems.length > 0 ? 'locators' : 'divert'
  const locators = (option === 'locators' ? locatorItems : (divert?.elements().slice(1) ?? [])).map(readLocator)
  if (locators.length === 0) throw new DecodeError('bad-length', source.item.offset, 'a response without a locator')
  const objective = options.find((item) => item.elements()[0]?.major === majorType.text)
  return {
    type: 'response',
    ...head,
    option,
    locators,
    ...(objective === undefined ? {} : { objective: readObjective(objective, 'value optional') }),
  }
}

function readEnd(source: Source): End {
  const sessionId = sessionIdIn(source)
  for (const option of source.elements.slice(2)) {
    const code = optionOf(option)
    if (code === optionCode.accept) return { type: 'end', sessionId, option: 'accept' }
    if (code !== optionCode.decline) continue
    const reason = option.elements()[1]
    return {
      type: 'end',
      sessionId,
      option: 'decline',
      ...(reason === undefined ? {} : { reason: readTextField(reason, 'reason') }),
    }
  }
  throw new DecodeError('bad-length', source.item.offset, 'an end without accept or decline')
}

function readFlood(source: Source): Flood {
  const head = { sessionId: sessionIdIn(source), initiator: initiatorIn(source), ttl: ttlIn(source) }
  const objectives = source.elements.slice(4).map(readTagged)
  if (objectives.length === 0) throw new DecodeError('bad-length', source.item.offset, 'a flood without an objective')
  return { type: 'flood', ...head, objectives }
}

function readTagged(item: CborItem): TaggedObjective {
  const elements = item.elements()
  const objective = readObjective(elementAt(item, elements, 0, 'objective'), 'with value')
  const tag = elementAt(item, elements, 1, 'locator or []')
  if (tag.major === majorType.array && tag.elements().length === 0) return { objective }
  const locator: Locator = readLocator(tag)
  return { objective, locator }
}
