/** Leases of Line.Part: a path has one hold and one steer at a router, and neither changes while it lasts. @module */
import { valueOctets } from '../objective.ts'
import type { LeaseMatter } from './leases.ts'
import { type LineOffer, writePart } from './line-part.ts'

const octetsOf = ({ part }: LineOffer): string => (part === null ? '' : valueOctets(writePart(part)).join())

export const lineMatter: LeaseMatter<LineOffer> = {
  runsSince: 'confirm',
  isEmpty: ({ part }) => part === null,
  placeOf: ({ number, part }) =>
    part === null ? undefined : { key: `${part.type} ${number}`, words: `the ${part.type} of path ${number}` },
  differenceOf: (offer, agreed) => {
    if (offer.number !== agreed.number) return 'the plan is of another path'
    return offer.part === null || octetsOf(offer) === octetsOf(agreed) ? undefined : 'another part was agreed on'
  },
}
