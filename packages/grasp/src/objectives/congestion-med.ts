/**
 * Congestion.MED: an agent asks the one beside another router to announce an existing route with another MED at one of its
 * ingresses for a while. Only the MED is bargained about.
 * @module
 */
import { cborText, cborUint, type CborValue } from '@vagus/wire'
import { Fields, most53, permille, tupleOf } from './fields.ts'
import { type Header, readHeader, writeHeader } from './header.ts'
import { privateName } from './names.ts'
import { declareObjective, type ObjectiveType } from './objective-type.ts'

export interface MedOffer {
  readonly header: Header
  /** As text; a route that exists already: none is made or split. */
  readonly prefix: string
  readonly peerAs: number
  /** Where the traffic comes in: an interface of the responder. */
  readonly ingress: string
  /**
   * 0..2^32-1, as in RFC 4271 §4.3. Null: what the router's own configuration says; this releases a lease, and a dry run
   * with it asks what is told now.
   */
  readonly med: number | null
  /** Of the ingress, permille of its capacity: now, and as it is predicted with the whole plan. */
  readonly load: { readonly now: number; readonly predicted: number }
  /** How sure the prediction is, permille. */
  readonly confidence: number
  /** Milliseconds from the accept; then the responder goes back to its own configuration by itself. */
  readonly leaseMs: number
  /** 16 octets: the same from prepare to release. */
  readonly planId: Uint8Array
  /** In offers of the responder: what its neighbours at the ingress are told of the prefix now. */
  readonly told?: readonly MedTold[]
}

/** Null: not known, or for the MED none. */
export interface MedTold {
  readonly neighbour: string
  readonly med: number | null
  readonly asPathLength: number | null
}

const key = {
  header: 0,
  prefix: 1,
  peerAs: 2,
  ingress: 3,
  told: 4,
  med: 5,
  load: 6,
  confidence: 7,
  leaseMs: 8,
  planId: 9,
}
const most32 = 0xffff_ffff
const maxPathLength = 65_535

export const congestionMed: ObjectiveType<MedOffer> = declareObjective({
  name: privateName('Congestion.MED'),
  purpose: 'negotiation',
  dryRun: 'possible',
  codec: {
    encode: (offer) =>
      new Map<CborValue, CborValue>([
        [key.header, writeHeader(offer.header)],
        [key.prefix, offer.prefix],
        [key.peerAs, offer.peerAs],
        [key.ingress, offer.ingress],
        ...(offer.told === undefined ? [] : [[key.told, offer.told.map(writeTold)] as const]),
        [key.med, offer.med],
        [key.load, [offer.load.now, offer.load.predicted]],
        [key.confidence, offer.confidence],
        [key.leaseMs, offer.leaseMs],
        [key.planId, offer.planId],
      ]),
    decode: (value) => {
      const fields = new Fields(value, 'Congestion.MED', [])
      const [now, predicted] = tupleOf(fields.value(key.load), 2, 'the load')
      return {
        header: readHeader(fields.value(key.header)),
        prefix: fields.text(key.prefix, 43),
        peerAs: fields.uint(key.peerAs, most32),
        ingress: fields.text(key.ingress, 64),
        ...(fields.has(key.told) ? { told: fields.list(key.told, readTold) } : {}),
        med: uintOrNull(fields.value(key.med), most32, 'the MED'),
        load: {
          now: cborUint(now, permille, 'the load now'),
          predicted: cborUint(predicted, permille, 'the load predicted'),
        },
        confidence: fields.uint(key.confidence, permille),
        leaseMs: fields.uint(key.leaseMs, most53),
        planId: fields.octets(key.planId, 16),
      }
    },
  },
})

const writeTold = ({ neighbour, med, asPathLength }: MedTold): CborValue => [neighbour, med, asPathLength]

function readTold(value: CborValue): MedTold {
  const [neighbour, med, length] = tupleOf(value, 3, 'what is told')
  return {
    neighbour: cborText(neighbour, 64, 'a neighbour'),
    med: uintOrNull(med, most32, 'a MED'),
    asPathLength: uintOrNull(length, maxPathLength, 'the length of an AS_PATH'),
  }
}

const uintOrNull = (value: CborValue, most: number, what: string): number | null =>
  value === null ? null : cborUint(value, most, what)
