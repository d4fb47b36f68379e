/** Fields of what comes from other members, read within bounds. @module */
import { type AgentId, isAgentId } from '@vagus/identity'
import { type CborLimits, cborUint, type CborValue, decodeCbor, DecodeError } from '@vagus/wire'
import { maxMessageOctets } from './limits.ts'

/** Of a frame: a message and what stands around it, or what a member has of all logs. */
export const frameLimits: CborLimits = { octets: maxMessageOctets + 4096, depth: 6, items: 8192 }

const maxTime = 8.64e15

/** @throws {DecodeError} */
export function arrayOf(value: CborValue, length: number, what: string): readonly CborValue[] {
  if (Array.isArray(value) && value.length === length) return value as readonly CborValue[]
  throw new DecodeError('bad-value', 0, `${what} must be an array of ${length}`)
}

/** 0 or more. @throws {DecodeError} */
export const numberOf = (value: CborValue, what: string): number => cborUint(value, Number.MAX_SAFE_INTEGER, what)

/** Milliseconds since 1970, up to the last that a Date can show (ECMA-262, §21.4.1.1). @throws {DecodeError} */
export const timeOf = (value: CborValue, what: string): number => cborUint(value, maxTime, what)

/** Also empty. @throws {DecodeError} */
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
