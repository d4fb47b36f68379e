/** IPv4 and IPv6 addresses, alone and with a port, prefixes, longest-prefix match and five-tuples. */
export { formatAddress, parseAddress, parseScopedAddress, type Version, versionOf } from './address.ts'
export { type Endpoint, formatEndpoint, parseEndpoint } from './endpoint.ts'
export { AddressError } from './errors.ts'
export {
  dstPortText,
  type FiveTuple,
  type FiveTupleColumns,
  fiveTupleOf,
  icmpProtocols,
  wordsPerFiveTuple,
  writeFiveTuple,
} from './five-tuple.ts'
export { hashEnd, hashMore, hashWords } from './hash.ts'
export { type FiveTupleHashes, hashKeyWords, KeyedHash } from './keyed-hash.ts'
export { formatIpv4, parseIpv4 } from './ipv4.ts'
export { contains, containsPrefix, formatPrefix, parsePrefix, type Prefix } from './prefix.ts'
export { PrefixTable } from './prefix-table.ts'
export { scopeOf } from './scope.ts'
export { formatWords, isIpv4Words, octetsOfWords, wordsPerAddress, writeWords } from './words.ts'
