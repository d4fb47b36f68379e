/**
 * What an agent signs to attach: my address is behind this next hop, at this edge. It holds the challenge that the edge
 * sent to the next hop, so it cannot be recorded at one link and played at another, and nobody can name a next hop that
 * is not its own.
 * @module
 */
import type { Prefix } from '@vagus/address'
import {
  type AgentId,
  agentTag,
  type CompactJws,
  type IdentityCrypto,
  type KeyLog,
  readKeyLog,
  signJws,
  type Signer,
  verifyJws,
} from '@vagus/identity'
import { cborOctets, cborText, cborUint, type CborValue, decodeCbor, DecodeError, encodeCbor } from '@vagus/wire'
import { addressInBlock } from './block.ts'
import { isSequence, maxSequence } from './sequence.ts'

/** Characters of a name, an id or a sentence. */
export const maxText = 255

export interface Attachment {
  readonly id: AgentId
  /** Of the tag. */
  readonly organisation: number
  /** 16 octets: where packets to the address go, on the link of the edge. */
  readonly nextHop: Uint8Array
  readonly sequence: number
  /** Milliseconds; 0 detaches. */
  readonly lifetime: number
  /** Name of the edge. */
  readonly edge: string
  /** As the edge sent it to the next hop. */
  readonly challenge: Uint8Array
}

export interface Verified extends Attachment {
  /** 16 octets. */
  readonly address: Uint8Array
  /** Rotations of the key. */
  readonly rotations: number
}

/** Why an attachment is not accepted; the agent is told. */
export const refusalCodes = [
  'malformed',
  'signature',
  'challenge',
  'next-hop',
  'not-admitted',
  'superseded',
  'damped',
  'limit',
  'other-key',
  'unavailable',
] as const
type RefusalCode = (typeof refusalCodes)[number]

export interface Refusal {
  readonly code: RefusalCode
  /** What was wrong and what would be right. */
  readonly problem: string
  /** Milliseconds until it may be tried again. */
  readonly retryAfter?: number
  /** The newest sequence number that is known of the address. */
  readonly sequence?: number
}

/** An attachment on its way: the statement, and the key log that says whose key signed it. */
export interface SignedAttachment {
  readonly log: KeyLog
  readonly statement: CompactJws
}

/** `typ` of the statement, so that nothing else that an agent signs is taken for one. */
const statementType = 'vagus-attachment'
/** A day: longer is no lease. */
const maxLifetime = 86_400_000
const maxOrganisation = 2 ** 28 - 1
const key = { organisation: 0, nextHop: 1, sequence: 2, lifetime: 3, edge: 4, challenge: 5 } as const

/** @param log of the agent; the key of `signer` is the one in use by it */
export function signAttachment(attachment: Omit<Attachment, 'id'>, log: KeyLog, signer: Signer): SignedAttachment {
  const { organisation, nextHop, sequence, lifetime, edge, challenge } = attachment
  const payload = new Map<CborValue, CborValue>([
    [key.organisation, organisation],
    [key.nextHop, nextHop],
    [key.sequence, sequence],
    [key.lifetime, lifetime],
    [key.edge, edge],
    [key.challenge, challenge],
  ])
  return { log, statement: signJws(statementType, encodeCbor(payload), signer) }
}

/** What was signed, if the key that the key log ends with did. Never throws. */
export function verifyAttachment(
  { log, statement }: SignedAttachment,
  block: Prefix,
  crypto: IdentityCrypto,
): Verified | Refusal {
  const keys = readKeyLog(log, crypto)
  if ('type' in keys) return { code: 'signature', problem: keys.because.problem }
  const signed = verifyJws(statement, statementType, keys.key, crypto)
  if (signed.type === 'refused') return { code: 'signature', problem: signed.because.problem }
  const read = readStatement(signed.payload)
  if ('code' in read) return read
  const tag = agentTag(keys.id, read.organisation)
  if (typeof tag !== 'string') return { code: 'malformed', problem: tag.because.problem }
  return { ...read, id: keys.id, rotations: keys.sequence, address: addressInBlock(block, tag) }
}

function readStatement(payload: Uint8Array): Omit<Attachment, 'id'> | Refusal {
  try {
    const map = decodeCbor(payload)
    if (!(map instanceof Map)) throw new DecodeError('bad-value', 0, 'an attachment must be a map')
    const value = (at: number): CborValue => (map as ReadonlyMap<CborValue, CborValue>).get(at)
    const sequence = cborUint(value(key.sequence), maxSequence, 'the sequence number')
    if (!isSequence(sequence)) throw new DecodeError('bad-value', 0, 'the sequence number must be above 0')
    return {
      organisation: cborUint(value(key.organisation), maxOrganisation, 'the organisation'),
      nextHop: cborOctets(value(key.nextHop), 16, 'the next hop'),
      sequence,
      lifetime: cborUint(value(key.lifetime), maxLifetime, 'the lifetime'),
      edge: cborText(value(key.edge), maxText, 'the edge'),
      challenge: cborOctets(value(key.challenge), 16, 'the challenge'),
    }
  } catch (error) {
    if (error instanceof DecodeError) return { code: 'malformed', problem: error.message }
    throw error
  }
}
