/** RFC 8949 appendix A: encoded items and their values. `sent` is how we write the value where it differs. @module */
import type { CborTag, CborValue } from '../../src/index.ts'

interface Vector {
  readonly hex: string
  readonly value: CborValue
  readonly sent?: string
}

const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const float = (value: number): CborValue => ({ type: 'float', value })
const simple = (value: number): CborValue => ({ type: 'simple', value })
const tag = (number: number, value: CborValue): CborTag => ({ type: 'tag', tag: number, value })
const upTo25 = Array.from({ length: 25 }, (_, index) => index + 1)
const hexTo25 = '0102030405060708090a0b0c0d0e0f101112131415161718181819'

export const vectors: readonly Vector[] = [
  { hex: '00', value: 0 },
  { hex: '01', value: 1 },
  { hex: '0a', value: 10 },
  { hex: '17', value: 23 },
  { hex: '1818', value: 24 },
  { hex: '1819', value: 25 },
  { hex: '1864', value: 100 },
  { hex: '1903e8', value: 1000 },
  { hex: '1a000f4240', value: 1_000_000 },
  { hex: '1b000000e8d4a51000', value: 1_000_000_000_000 },
  { hex: '1bffffffffffffffff', value: 18_446_744_073_709_551_615n },
  { hex: 'c249010000000000000000', value: tag(2, octets('010000000000000000')) },
  { hex: '3bffffffffffffffff', value: -18_446_744_073_709_551_616n },
  { hex: 'c349010000000000000000', value: tag(3, octets('010000000000000000')) },
  { hex: '20', value: -1 },
  { hex: '29', value: -10 },
  { hex: '3863', value: -100 },
  { hex: '3903e7', value: -1000 },
  { hex: 'f90000', value: float(0) },
  { hex: 'f98000', value: -0 },
  { hex: 'f93c00', value: float(1) },
  { hex: 'fb3ff199999999999a', value: 1.1 },
  { hex: 'f93e00', value: 1.5 },
  { hex: 'f97bff', value: float(65_504) },
  { hex: 'fa47c35000', value: float(100_000) },
  { hex: 'fa7f7fffff', value: 3.402_823_466_385_288_6e38 },
  { hex: 'fb7e37e43c8800759c', value: 1e300 },
  { hex: 'f90001', value: 5.960_464_477_539_063e-8 },
  { hex: 'f90400', value: 0.000_061_035_156_25 },
  { hex: 'f9c400', value: float(-4) },
  { hex: 'fbc010666666666666', value: -4.1 },
  { hex: 'f97c00', value: Infinity },
  { hex: 'f97e00', value: Number.NaN },
  { hex: 'f9fc00', value: -Infinity },
  { hex: 'fa7f800000', value: Infinity, sent: 'f97c00' },
  { hex: 'fa7fc00000', value: Number.NaN, sent: 'f97e00' },
  { hex: 'faff800000', value: -Infinity, sent: 'f9fc00' },
  { hex: 'fb7ff0000000000000', value: Infinity, sent: 'f97c00' },
  { hex: 'fb7ff8000000000000', value: Number.NaN, sent: 'f97e00' },
  { hex: 'fbfff0000000000000', value: -Infinity, sent: 'f9fc00' },
  { hex: 'f4', value: false },
  { hex: 'f5', value: true },
  { hex: 'f6', value: null },
  { hex: 'f7', value: undefined },
  { hex: 'f0', value: simple(16) },
  { hex: 'f8ff', value: simple(255) },
  { hex: 'c074323031332d30332d32315432303a30343a30305a', value: tag(0, '2013-03-21T20:04:00Z') },
  { hex: 'c11a514b67b0', value: tag(1, 1_363_896_240) },
  { hex: 'c1fb41d452d9ec200000', value: tag(1, 1_363_896_240.5) },
  { hex: 'd74401020304', value: tag(23, octets('01020304')) },
  { hex: 'd818456449455446', value: tag(24, octets('6449455446')) },
  { hex: 'd82076687474703a2f2f7777772e6578616d706c652e636f6d', value: tag(32, 'http://www.example.com') },
  { hex: '40', value: octets('') },
  { hex: '4401020304', value: octets('01020304') },
  { hex: '60', value: '' },
  { hex: '6161', value: 'a' },
  { hex: '6449455446', value: 'IETF' },
  { hex: '62225c', value: '"\\' },
  { hex: '62c3bc', value: '\u00fc' },
  { hex: '63e6b0b4', value: '\u6c34' },
  { hex: '64f0908591', value: '\u{10151}' },
  { hex: '80', value: [] },
  { hex: '83010203', value: [1, 2, 3] },
  { hex: '8301820203820405', value: [1, [2, 3], [4, 5]] },
  { hex: `9819${hexTo25}`, value: upTo25 },
  { hex: 'a0', value: new Map() },
  {
    hex: 'a201020304',
    value: new Map([
      [1, 2],
      [3, 4],
    ]),
  },
  {
    hex: 'a26161016162820203',
    value: new Map<string, CborValue>([
      ['a', 1],
      ['b', [2, 3]],
    ]),
  },
  { hex: '826161a161626163', value: ['a', new Map([['b', 'c']])] },
  {
    hex: 'a56161614161626142616361436164614461656145',
    value: new Map(['a', 'b', 'c', 'd', 'e'].map((letter) => [letter, letter.toUpperCase()])),
  },
  { hex: '5f42010243030405ff', value: octets('0102030405'), sent: '450102030405' },
  { hex: '7f657374726561646d696e67ff', value: 'streaming', sent: '6973747265616d696e67' },
  { hex: '9fff', value: [], sent: '80' },
  { hex: '9f018202039f0405ffff', value: [1, [2, 3], [4, 5]], sent: '8301820203820405' },
  { hex: '9f01820203820405ff', value: [1, [2, 3], [4, 5]], sent: '8301820203820405' },
  { hex: '83018202039f0405ff', value: [1, [2, 3], [4, 5]], sent: '8301820203820405' },
  { hex: '83019f0203ff820405', value: [1, [2, 3], [4, 5]], sent: '8301820203820405' },
  { hex: `9f${hexTo25}ff`, value: upTo25, sent: `9819${hexTo25}` },
  {
    hex: 'bf61610161629f0203ffff',
    value: new Map<string, CborValue>([
      ['a', 1],
      ['b', [2, 3]],
    ]),
    sent: 'a26161016162820203',
  },
  { hex: '826161bf61626163ff', value: ['a', new Map([['b', 'c']])], sent: '826161a161626163' },
  {
    hex: 'bf6346756ef563416d7421ff',
    value: new Map<string, CborValue>([
      ['Fun', true],
      ['Amt', -2],
    ]),
    sent: 'a263416d74216346756ef5',
  },
]

/** RFC 8949 appendix F.1 (examples of what is not well-formed) and our limits. */
export const rejects: readonly {
  readonly name: string
  readonly hex: string
  readonly code: string
  readonly offset: number
}[] = [
  { name: 'nothing', hex: '', code: 'truncated', offset: 0 },
  { name: 'a head cut short', hex: '1b00000000000000', code: 'truncated', offset: 8 },
  { name: 'a byte string cut short', hex: '420a', code: 'truncated', offset: 2 },
  { name: 'an array cut short', hex: '8201', code: 'truncated', offset: 2 },
  { name: 'a tag without content', hex: 'c0', code: 'truncated', offset: 1 },
  { name: 'a text string without its break', hex: '7f6100', code: 'truncated', offset: 3 },
  { name: 'octets behind the item', hex: '0102', code: 'trailing-octets', offset: 1 },
  { name: 'additional information 28', hex: '811c', code: 'bad-value', offset: 1 },
  { name: 'additional information 30', hex: 'fe', code: 'bad-value', offset: 0 },
  { name: 'a simple value below 32 in two octets', hex: 'f818', code: 'bad-value', offset: 0 },
  { name: 'a break alone', hex: 'ff', code: 'bad-value', offset: 0 },
  { name: 'a break inside an array of definite length', hex: '8201ff', code: 'bad-value', offset: 2 },
  { name: 'a break as the content of a tag', hex: '9fc1ff', code: 'bad-value', offset: 2 },
  { name: 'a break instead of a value', hex: 'bf00ff', code: 'bad-value', offset: 2 },
  { name: 'an integer of indefinite length', hex: '1f', code: 'bad-value', offset: 0 },
  { name: 'a tag of indefinite length', hex: 'df00ff', code: 'bad-value', offset: 0 },
  { name: 'a chunk of another type', hex: '5f6100ff', code: 'bad-value', offset: 1 },
  { name: 'a chunk of indefinite length', hex: '5f5f4100ffff', code: 'bad-value', offset: 1 },
  { name: 'a character cut by a chunk', hex: '7f61c361bcff', code: 'bad-value', offset: 2 },
  { name: 'text that is not UTF-8', hex: '8261ff00', code: 'bad-value', offset: 2 },
  { name: 'UTF-8 of half a surrogate pair', hex: '63eda080', code: 'bad-value', offset: 1 },
  { name: 'UTF-8 longer than needed', hex: '62c080', code: 'bad-value', offset: 1 },
  { name: 'a map with equal keys', hex: 'a201000100', code: 'bad-value', offset: 3 },
  { name: 'a byte string of 2^64-1 octets', hex: '5bffffffffffffffff', code: 'bad-length', offset: 0 },
  { name: 'an array of 2^32-1 items', hex: '9affffffff', code: 'bad-length', offset: 5 },
  { name: 'a thousand arrays inside each other', hex: '81'.repeat(1000), code: 'bad-length', offset: 32 },
  { name: 'a thousand tags inside each other', hex: 'c1'.repeat(1000), code: 'bad-length', offset: 32 },
  { name: 'five thousand items', hex: `991388${'00'.repeat(5000)}`, code: 'bad-length', offset: 4098 },
]
