/**
 * The frames of a packet: their types, and what each contains. Type values without a name belong to flag bits. @module
 */

export const frameType = {
  /** Any number of zeros. */
  padding: 0x00,
  /** Asks for an acknowledgement. */
  ping: 0x01,
  /** path, largest, delay in microseconds, further ranges, length of the first − 1, then (gap − 1, length − 1) each. */
  ack: 0x02,
  /** 8 octets to be returned. */
  challenge: 0x03,
  response: 0x04,
  /** path, version, 0 active or 1 standby. */
  status: 0x05,
  /** path. */
  'path-close': 0x06,
  /** path, milliseconds for which both paths are used. */
  intent: 0x07,
  /** octets of all streams. */
  'max-data': 0x08,
  /** stream, octets. */
  'max-stream-data': 0x09,
  /** streams opened in all. */
  'max-streams': 0x0a,
  /** stream, code, octets sent. */
  reset: 0x0b,
  /** stream, code. */
  stop: 0x0c,
  /** code, length and text of a reason. */
  close: 0x0d,
  /** class, number, length, octets. */
  datagram: 0x0e,
  /**
   * stream, offset, length, octets; bit 0: the last ones; bit 1: class and lifetime in ms + 1 (0: none) come first.
   */
  stream: 0x10,
} as const

export const finBit = 0x01
export const openingBit = 0x02
/** The longest header of a stream frame: type, stream, class, lifetime, offset, length. */
export const maxStreamHead = 1 + 8 + 1 + 8 + 8 + 4
/** The longest header of a datagram frame. */
export const maxDatagramHead = 1 + 1 + 8 + 4
