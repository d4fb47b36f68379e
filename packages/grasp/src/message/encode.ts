/** A message into octets, in the shortest form of CBOR (RFC 8990 §2.8). @module */
import { encodeCbor, majorType, Writer, writeHead } from '@vagus/wire'
import { writeLocator } from '../locator.ts'
import { writeObjective } from '../objective.ts'
import { messageCode, optionCode } from '../registry.ts'
import { checkUint, maxUint32 } from './fields.ts'
import type { End, Flood, Message, Response } from './message.ts'

/** @throws {RangeError} on a value that its field cannot hold */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  const w = new Writer()
  writeHead(w, majorType.array, elementsOf(message))
  writeHead(w, majorType.unsigned, messageCode[message.type])
  if (message.type === 'noop') return w.finish()
  writeHead(w, majorType.unsigned, checkUint(message.sessionId, maxUint32, 'sessionId'))
  writeRest(w, message)
  return w.finish()
}

function elementsOf(message: Message): number {
  if (message.type === 'noop') return 1
  if (message.type === 'discovery') return 4
  if (message.type === 'flood') return 4 + message.objectives.length
  if (message.type === 'invalid') return message.content === undefined ? 2 : 3
  if (message.type !== 'response') return 3
  const { option, locators, objective } = message
  return 4 + (option === 'divert' ? 1 : locators.length) + (objective === undefined ? 0 : 1)
}

function writeRest(w: Writer, message: Exclude<Message, { readonly type: 'noop' }>): void {
  switch (message.type) {
    case 'discovery':
      writeInitiator(w, message.initiator)
      return writeObjective(w, message.objective)
    case 'response':
      return writeResponse(w, message)
    case 'request-negotiation':
    case 'request-synchronization':
    case 'negotiate':
    case 'synch':
      return writeObjective(w, message.objective)
    case 'end':
      return writeEnd(w, message)
    case 'wait':
      return writeHead(w, majorType.unsigned, checkUint(message.waitingTime, maxUint32, 'waitingTime'))
    case 'flood':
      return writeFlood(w, message)
    case 'invalid':
      return message.content === undefined ? undefined : w.octets(message.content)
  }
}

function writeInitiator(w: Writer, initiator: Uint8Array): void {
  if (initiator.length !== 4 && initiator.length !== 16) {
    throw new RangeError(`"initiator" must have 4 or 16 octets, got ${initiator.length}`)
  }
  w.octets(encodeCbor(initiator))
}

function writeResponse(w: Writer, { initiator, ttl, option, locators, objective }: Response): void {
  if (locators.length === 0) throw new RangeError('"locators" must hold at least one')
  writeInitiator(w, initiator)
  writeHead(w, majorType.unsigned, checkUint(ttl, maxUint32, 'ttl'))
  if (option === 'divert') {
    writeHead(w, majorType.array, 1 + locators.length)
    writeHead(w, majorType.unsigned, optionCode.divert)
  }
  for (const locator of locators) writeLocator(w, locator)
  if (objective !== undefined) writeObjective(w, objective)
}

function writeEnd(w: Writer, { option, reason }: End): void {
  const code = option === 'accept' ? optionCode.accept : optionCode.decline
  w.octets(encodeCbor(option === 'decline' && reason !== undefined ? [code, reason] : [code]))
}

function writeFlood(w: Writer, { initiator, ttl, objectives }: Flood): void {
  if (objectives.length === 0) throw new RangeError('"objectives" must hold at least one')
  writeInitiator(w, initiator)
  writeHead(w, majorType.unsigned, checkUint(ttl, maxUint32, 'ttl'))
  for (const { objective, locator } of objectives) {
    writeHead(w, majorType.array, 2)
    writeObjective(w, objective)
    if (locator === undefined) writeHead(w, majorType.array, 0)
    else writeLocator(w, locator)
  }
}
