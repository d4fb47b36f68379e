/** How two agents behind NATs find a direct path. Pure: packets, random octets and the time come in. */
export { probedAddresses, toldAddresses } from './addresses.ts'
export { ProbeBudget } from './budget.ts'
export { type Mapping, type MappingKind, mappingOf, type Observation } from './mapping.ts'
export {
  decodeOffer,
  decodeSeen,
  encodeOffer,
  encodeSeen,
  idOctets,
  keyOctets,
  natNotice,
  numberOctets,
  type Offer,
  type Seen,
} from './offer.ts'
export { isProbe, probeForObserver, probeNumberOf } from './probe.ts'
export {
  type Opening,
  type OutgoingProbe,
  Punch,
  type PunchConfig,
  type PunchFailure,
  type PunchState,
} from './punch.ts'
export { familyOf, isSameAddress, type TransportAddress, uriOf } from './transport-address.ts'
