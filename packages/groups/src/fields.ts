/** Fields of what comes from other members, read within bounds. @module */
import { type AgentId, isAgentId } from '@vagus/identity'
import { type CborLimits, type CborValue, decodeCbor, DecodeError } from '@vagus/wire'
import { maxMessageOctets } from './limits.ts'

/** Of a frame: a message and what stands around it, or what a member has of all logs. */
export const frameLimits: CborLimits = { octets: maxMessageOctets + 4096, depth: 6, items: 8192 }

const maxTime = 8.64e15

/** @throws {DecodeError} */
export function arrayOf(value: CborValue, length: number, what: string): readonly CborValue[] {
  if (Array.isArray(value) && value.length === length) return value as readonly CborValue[]
  throw new DecodeError('bad-value', 0, `${what} must be an array of ${length}`)
}

/** @throws {DecodeError} */
export function listOf(value: CborValue, most: number, what: string): readonly CborValue[] {
  if (Array.isArray(value) && value.length <= most) return value as readonly CborValue[]
  throw new DecodeError('bad-value', 0, `${what} must be an array of at most ${most}`)
}

/** 0 or more. @throws {DecodeError} */
export function numberOf(value: CborValue, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new DecodeError('bad-value', 0, `${what} must be an integer of 0 or more`)
}

/** Milliseconds since 1970, up to the last that a Date can show (ECMA-262, §21.4.1.1). @throws {DecodeError} */
export function timeOf(value: CborValue, what: string): number {
  const time = numberOf(value, what)
  if (time <= maxTime) return time
  throw new DecodeError('bad-value', 0, `${what} must be at most ${maxTime}`)
}

/** @throws {DecodeError} */
export function octetsOf(value: CborValue, length: number, what: string): Uint8Array {
  if (value instanceof Uint8Array && value.length === length) return value
  throw new DecodeError('bad-value', 0, `${what} must have ${length} octets`)
}

/** @throws {DecodeError} */
export function textOf(value: CborValue, most: number, what: string): string {
  if (typeof value === 'string' && value.length <= most) return value
  throw new DecodeError('bad-value', 0, `${what} must be text of at most ${most} characters`)
}

/** @throws {DecodeError} */
export function agentOf(value: CborValue, what: string): AgentId {
  if (typeof value === 'string' && isAgentId(value)) return value
  throw new DecodeError('bad-value', 0, `${what} must be an id, did:key:z6Mk…`)
}

/** Of a record that we wrote ourselves, or of a frame. @throws {DecodeError} */
export const itemOf = (octets: Uint8Array): CborValue => decodeCbor(octets, frameLimits)
