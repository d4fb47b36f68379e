/** Whether what an ASA gives us can go out at all. @module */
import { DecodeError, readItem, Writer } from '@vagus/wire'
import { writeLocator } from '../locator.ts'
import { messageLimits } from '../message/decode.ts'
import { checkUint, maxUint32 } from '../message/fields.ts'
import type { Objective } from '../objective.ts'
import { grasp } from '../registry.ts'
import type { Registration } from './event.ts'

/** Octets of a message around the name and value of its objective, at most. */
const envelopeOctets = 64
/** What an objective may allow, octets: a bigger thing is better fetched from a URI locator. */
const largestMaxSize = 65_536
/** Of ours; names of others are as long as their message allows. */
const maxNameLength = 255

/** What is wrong with an objective of our own; undefined when nothing is. */
export function objectiveProblem({ name, flags, loopCount, value }: Objective, maxSize: number): string | undefined {
  if (name === '' || name.length > maxNameLength) {
    return `an objective needs a name of 1..${maxNameLength} characters, got ${name.length}`
  }
  if (!name.isWellFormed()) return 'the name of an objective must be well-formed Unicode'
  if (!Number.isInteger(flags) || flags < 0 || flags > 0xffff_ffff) return `flags must be 0..2^32-1, got ${flags}`
  if (!Number.isInteger(loopCount) || loopCount < 0 || loopCount > 255)
    return `loop count must be 0..255, got ${loopCount}`
  return value === undefined ? undefined : valueProblem(value, maxSize, 4 * name.length)
}

/** What is wrong with a value of our own: it must be one CBOR item that fits a message. */
export function valueProblem(value: Uint8Array, maxSize: number, nameOctets = 4 * maxNameLength): string | undefined {
  const most = maxSize - envelopeOctets - nameOctets
  if (value.length > most) return `the value has ${value.length} octets; ${most} fit a message`
  try {
    readItem(value, messageLimits(maxSize))
    return undefined
  } catch (error) {
    if (error instanceof DecodeError) return `the value is not one CBOR item: ${error.message}`
    throw error
  }
}

/**
 * Checks what answers to strangers will be made of, so that making them cannot fail.
 * @throws {RangeError} a ttl, size or locator that no message can carry
 */
export function checkRegistration({ ttl, locator, maxSize = grasp.maxSize }: Registration): void {
  checkUint(ttl, maxUint32, 'ttl')
  if (!Number.isInteger(maxSize) || maxSize < grasp.maxSize || maxSize > largestMaxSize) {
    throw new RangeError(`"maxSize" must be ${grasp.maxSize}..${largestMaxSize}, got ${maxSize}`)
  }
  if (locator !== undefined) writeLocator(new Writer(), locator)
}

/** What is wrong with the octets of a multicast of ours. */
export const multicastProblem = (octets: Uint8Array): string | undefined =>
  octets.length <= grasp.maxMulticastSize
    ? undefined
    : `the message has ${octets.length} octets; ${grasp.maxMulticastSize} fit a multicast`
