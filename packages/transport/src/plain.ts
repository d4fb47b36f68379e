/** Octets of node:crypto in the form that the ports expect. @module */

/**
 * `Buffer` is a `Uint8Array` with different behaviour (its slice is a view); the ports use the plain one. The octets
 * are shared, not copied: node:crypto made them for this caller alone.
 */
export const plain = ({ buffer, byteOffset, length }: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer, byteOffset, length)
