/** Octets to values and back, and a map for what comes and goes. */
export { Assembler, moduleOf, type Octets } from './assembler.ts'
export { encodeCbor } from './cbor/encode.ts'
export { cborList, cborOctets, cborText, cborUint } from './cbor/expect.ts'
export { CborFramer, type Framed } from './cbor/framer.ts'
export { writeHead } from './cbor/head.ts'
export { CborItem, decodeCbor, readItem } from './cbor/item.ts'
export { type CborLimits, defaultCborLimits } from './cbor/limits.ts'
export { type CborFloat, type CborMap, type CborSimple, type CborTag, type CborValue, majorType } from './cbor/value.ts'
export {
  type Codec,
  counted,
  decode,
  encode,
  list,
  octets,
  rest,
  struct,
  text,
  uint16,
  uint32,
  uint64,
  uint8,
  type ValueOf,
} from './codec.ts'
export { concatOctets } from './concat.ts'
export { DecodeError, type DecodeErrorCode } from './decode-error.ts'
export { decodeHex, encodeHex } from './hex.ts'
export { Reader } from './reader.ts'
export { refusal, type Refusal, RefusalError, settle, settleReading } from './refusal.ts'
export { TurnoverMap } from './turnover-map.ts'
export { Writer } from './writer.ts'
