/** What programs give to be kept and sent. @module */

/** @throws {TypeError} on anything but octets @throws {RangeError} on more than `most` */
export function checkOctets(name: string, value: Uint8Array, most: number): void {
  // Not every program has a compiler, and a journal that was given a text would refuse all that comes after it, too.
  if (!((value as unknown) instanceof Uint8Array))
    throw new TypeError(`"${name}" must be a Uint8Array, got ${value === null ? 'null' : typeof value}`)
  if (value.length > most) throw new RangeError(`"${name}" may have ${most} octets, got ${value.length}`)
}
