/**
 * Refuses Ed25519 public keys of small order: for those, some signature fits whatever was signed (RFC 8032 §5.1 does
 * not exclude them). The signature check itself finds octets that are not a point at all.
 * @module
 */
import { equalOctets } from './octets.ts'
import { RefusalError } from './refusal.ts'

const orderEight = '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'
const otherOrderEight = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'
/** y of the points of order 1, 2, 4 and 8, including the forms not reduced by p; the sign bit is masked. */
const smallOrder = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  orderEight,
  otherOrderEight,
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].map((hex) => Uint8Array.from({ length: 32 }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16)))

/** @throws {RefusalError} `malformed` unless there are 32 octets, `key` on a point of small order */
export function checkEd25519PublicKey(key: Uint8Array): void {
  if (key.length !== 32) throw new RefusalError('malformed', `an Ed25519 key has 32 octets, not ${key.length}`)
  const y = Uint8Array.from(key)
  y[31]! &= 0x7f
  if (smallOrder.some((point) => equalOctets(point, y))) {
    throw new RefusalError('key', 'the Ed25519 key is a point of small order, which proves nothing')
  }
}
