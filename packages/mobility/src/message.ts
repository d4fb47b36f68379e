/**
 * The four datagrams between a host and the edges on its link, each one CBOR array that begins with its kind:
 *
 *   host → all edges    solicit   an agent behind this next hop wants to be attached
 *   edge → next hop     offer     who I am, the block, and a challenge
 *   host → edge         attach    the signed attachment with the challenge
 *   edge → host         answer    accepted until then, or refused, and why
 *
 * They go over link-local UDP. An edge keeps nothing of a solicitation: what it must know again is in the challenge.
 * @module
 */
import { formatPrefix } from '@vagus/address'
import { type AgentId, isAgentId, maxKeyEvents } from '@vagus/identity'
import { cborOctets, cborText, cborUint, type CborValue, decodeCbor, DecodeError, encodeCbor } from '@vagus/wire'
import { maxText, type Refusal, refusalCodes, type SignedAttachment } from './attachment.ts'
import { mobileBlock } from './block.ts'
import { maxSequence } from './sequence.ts'

/** Where edges listen; of no registry. */
export const mobilityPort = 7618
/** Link-local and not registered (RFC 4291 §2.7: flag T): "vagus" in its last octets. */
export const mobilityGroup = 'ff12::7661:6775'
/** Octets: a full key log of 32 events has about 11,000. Longer ones are not read. */
export const maxDatagram = 16_384
const maxStatement = 2048
const maxKeyEvent = 1024
const day = 86_400_000

export type MobilityMessage =
  | { readonly type: 'solicit'; readonly id: AgentId; readonly nextHop: Uint8Array }
  | ({ readonly type: 'offer' } & Offer)
  | ({ readonly type: 'attach' } & SignedAttachment)
  | ({ readonly type: 'answer' } & Answer)

export interface Offer {
  readonly edge: string
  /** The mobile block, as text. */
  readonly block: string
  /** 16 octets. */
  readonly challenge: Uint8Array
  /** The longest lease, milliseconds. */
  readonly lifetime: number
}

export type Answer =
  | {
      readonly state: 'attached' | 'detached'
      readonly edge: string
      readonly sequence: number
      readonly lifetime: number
    }
  | { readonly state: 'refused'; readonly edge: string; readonly refusal: Refusal }

const kind = { solicit: 1, offer: 2, attach: 3, answer: 4, refusal: 5 } as const

export function encodeMobility(message: MobilityMessage): Uint8Array {
  return encodeCbor(fieldsOf(message))
}

function fieldsOf(message: MobilityMessage): readonly CborValue[] {
  if (message.type === 'solicit') return [kind.solicit, message.id, message.nextHop]
  if (message.type === 'attach') return [kind.attach, message.log, message.statement]
  if (message.type === 'answer') return answerFields(message)
  return [kind.offer, message.edge, message.block, message.challenge, message.lifetime]
}

function answerFields(answer: Answer): readonly CborValue[] {
  if (answer.state !== 'refused') return [kind.answer, answer.edge, answer.state, answer.sequence, answer.lifetime]
  const { code, problem, retryAfter = 0, sequence = 0 } = answer.refusal
  return [kind.refusal, answer.edge, code, problem.slice(0, 255), retryAfter, sequence]
}

/** Elements behind those that we know are ignored. @throws {DecodeError} */
export function decodeMobility(octets: Uint8Array): MobilityMessage {
  if (octets.length > maxDatagram)
    throw new DecodeError('bad-length', 0, `${octets.length} octets; at most ${maxDatagram} are read`)
  const fields = decodeCbor(octets)
  if (!Array.isArray(fields)) throw new DecodeError('bad-value', 0, 'a message must be an array')
  const [number, ...rest] = fields as readonly CborValue[]
  const read = typeof number === 'number' ? readers.get(number) : undefined
  if (read === undefined) throw new DecodeError('bad-value', 0, 'the kind must be 1..5')
  return read(rest)
}

const readers: ReadonlyMap<number, (fields: readonly CborValue[]) => MobilityMessage> = new Map<
  number,
  (fields: readonly CborValue[]) => MobilityMessage
>([
  [
    kind.solicit,
    ([id, nextHop]) => ({ type: 'solicit', id: idOf(id), nextHop: cborOctets(nextHop, 16, 'the next hop') }),
  ],
  [
    kind.offer,
    ([edge, block, challenge, lifetime]) => ({
      type: 'offer',
      edge: cborText(edge, maxText, 'the edge'),
      block: blockOf(block),
      challenge: cborOctets(challenge, 16, 'the challenge'),
      lifetime: cborUint(lifetime, day, 'the lifetime'),
    }),
  ],
  [
    kind.attach,
    ([log, statement]) => ({
      type: 'attach',
      log: logOf(log),
      statement: cborText(statement, maxStatement, 'the statement'),
    }),
  ],
  [
    kind.answer,
    ([edge, state, sequence, lifetime]) => ({
      type: 'answer',
      edge: cborText(edge, maxText, 'the edge'),
      state: oneOf(state, ['attached', 'detached'] as const, 'the state'),
      sequence: cborUint(sequence, maxSequence, 'the sequence number'),
      lifetime: cborUint(lifetime, day, 'the lifetime'),
    }),
  ],
  [
    kind.refusal,
    ([edge, code, problem, retryAfter, sequence]) => ({
      type: 'answer',
      edge: cborText(edge, maxText, 'the edge'),
      state: 'refused',
      refusal: refusalOf(code, problem, retryAfter, sequence),
    }),
  ],
])

function refusalOf(code: CborValue, problem: CborValue, retryAfter: CborValue, sequence: CborValue): Refusal {
  const [wait, known] = [cborUint(retryAfter, day, 'the wait'), cborUint(sequence, maxSequence, 'the sequence number')]
  return {
    code: oneOf(code, refusalCodes, 'the code'),
    problem: cborText(problem, maxText, 'the problem'),
    ...(wait === 0 ? {} : { retryAfter: wait }),
    ...(known === 0 ? {} : { sequence: known }),
  }
}

function idOf(value: CborValue): AgentId {
  const id = cborText(value, maxText, 'the id')
  if (isAgentId(id)) return id
  throw new DecodeError('bad-value', 0, 'the id must be did:key:z6Mk…')
}

/** One that an edge may have, in its canonical form. */
function blockOf(value: CborValue): string {
  try {
    return formatPrefix(mobileBlock(cborText(value, maxText, 'the block')))
  } catch (error) {
    throw new DecodeError('bad-value', 0, error instanceof Error ? error.message : String(error))
  }
}

function logOf(value: CborValue): readonly string[] {
  if (Array.isArray(value) && value.length <= maxKeyEvents)
    return value.map((event: CborValue) => cborText(event, maxKeyEvent, 'a key event'))
  throw new DecodeError('bad-value', 0, `the key log must be a list of at most ${maxKeyEvents} events`)
}

function oneOf<Word extends string>(value: CborValue, words: readonly Word[], what: string): Word {
  const found = words.find((word) => word === value)
  if (found === undefined) throw new DecodeError('bad-value', 0, `${what} must be one of ${words.join(', ')}`)
  return found
}
