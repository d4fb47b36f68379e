/** Leases of Congestion.MED: a prefix at an ingress is in one at most, and its MED is what was agreed on. @module */
import type { MedOffer } from './congestion-med.ts'
import type { LeaseMatter } from './leases.ts'

const placeKey = ({ prefix, ingress }: MedOffer): string => `${prefix} ${ingress}`

export const medMatter: LeaseMatter<MedOffer> = {
  runsSince: 'prepare',
  isEmpty: ({ med }) => med === null,
  placeOf: (offer) => ({ key: placeKey(offer), words: offer.prefix }),
  differenceOf: (offer, agreed) => {
    if (placeKey(offer) !== placeKey(agreed)) return 'the plan is about something else'
    return offer.med === null || offer.med === agreed.med ? undefined : 'another MED was agreed on'
  },
}
