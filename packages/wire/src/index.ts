/** Octets to values and back. */
export {
  type Codec,
  counted,
  decode,
  encode,
  list,
  octets,
  rest,
  struct,
  uint16,
  uint32,
  uint64,
  uint8,
  type ValueOf,
} from './codec.ts'
export { DecodeError, type DecodeErrorCode, decodeErrorCodes } from './decode-error.ts'
export { Reader } from './reader.ts'
export { Writer } from './writer.ts'
