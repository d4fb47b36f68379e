/** Octets of node:crypto as the ports want them. @module */

/**
 * `Buffer` is a `Uint8Array` with other habits (its slice is a view); the ports speak of the plain one. The octets are the
 * same: node:crypto made them for this caller alone.
 */
export const plain = ({ buffer, byteOffset, length }: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer, byteOffset, length)
