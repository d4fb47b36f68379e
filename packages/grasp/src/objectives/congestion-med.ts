/** Congestion.MED: two device agents agree which MED the routes of some prefixes shall have for a while. @module */
import type { CborValue } from '@vagus/wire'
import { Fields, most53, permille, textOf, tupleOf, uintOf } from './fields.ts'
import { type Header, readHeader, writeHeader } from './header.ts'
import { privateName } from './names.ts'
import { declareObjective, type ObjectiveType } from './objective-type.ts'

export interface MedOffer {
  readonly header: Header
  /** As text; routes that exist already, none is made or split. At least one. */
  readonly prefixes: readonly string[]
  readonly peerAs: number
  /** Where the traffic comes in. */
  readonly ingress: string
  /** 0..2^32-1, as in RFC 4271 §4.3. */
  readonly medNow: number
  readonly medProposed: number
  /** Load of the ingress now and as it is predicted with the proposal, permille. */
  readonly utilNow: number
  readonly utilPredicted: number
  /** How sure the prediction is, permille. */
  readonly confidence: number
  /** For how long; then both sides go back to `medNow` by themselves. */
  readonly leaseMs: number
  /** 16 octets: the same from dry run to confirmation. */
  readonly planId: Uint8Array
  /** Load after the change, permille: evidence, in the confirmation. */
  readonly utilObserved?: number
}

const key = {
  header: 0,
  prefixes: 1,
  peerAs: 2,
  ingress: 3,
  medNow: 4,
  medProposed: 5,
  utilisation: 6,
  confidence: 7,
  leaseMs: 8,
  planId: 9,
  utilObserved: 11,
} as const
const most32 = 0xffff_ffff

export const congestionMed: ObjectiveType<MedOffer> = declareObjective({
  name: privateName('Congestion.MED'),
  purpose: 'negotiation',
  dryRun: 'possible',
  codec: {
    encode: (offer) =>
      new Map<CborValue, CborValue>([
        [key.header, writeHeader(offer.header)],
        [key.prefixes, offer.prefixes],
        [key.peerAs, offer.peerAs],
        [key.ingress, offer.ingress],
        [key.medNow, offer.medNow],
        [key.medProposed, offer.medProposed],
        [key.utilisation, [offer.utilNow, offer.utilPredicted]],
        [key.confidence, offer.confidence],
        [key.leaseMs, offer.leaseMs],
        [key.planId, offer.planId],
        ...(offer.utilObserved === undefined ? [] : [[key.utilObserved, offer.utilObserved] as const]),
      ]),
    decode: (value) => {
      const fields = new Fields(value, 'Congestion.MED', [])
      const [utilNow, utilPredicted] = tupleOf(fields.value(key.utilisation), 2, 'the utilisation')
      return {
        header: readHeader(fields.value(key.header)),
        prefixes: fields.list(key.prefixes, (prefix) => textOf(prefix, 43, 'a prefix')),
        peerAs: fields.uint(key.peerAs, most32),
        ingress: fields.text(key.ingress, 64),
        medNow: fields.uint(key.medNow, most32),
        medProposed: fields.uint(key.medProposed, most32),
        utilNow: uintOf(utilNow, permille, 'the utilisation now'),
        utilPredicted: uintOf(utilPredicted, permille, 'the utilisation predicted'),
        confidence: fields.uint(key.confidence, permille),
        leaseMs: fields.uint(key.leaseMs, most53),
        planId: fields.octets(key.planId, 16),
        ...(fields.has(key.utilObserved) ? { utilObserved: fields.uint(key.utilObserved, permille) } : {}),
      }
    },
  },
})
