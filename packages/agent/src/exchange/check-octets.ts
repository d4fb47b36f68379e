/** Checks what programs pass to be stored and sent. @module */

/** @throws {TypeError} on anything but octets @throws {RangeError} on more than `max` */
export function checkOctets(name: string, value: Uint8Array, max: number): void {
  // Not every program is type-checked, and a journal that was given a text would also refuse everything after it.
  if (!((value as unknown) instanceof Uint8Array))
    throw new TypeError(`"${name}" must be a Uint8Array, got ${value === null ? 'null' : typeof value}`)
  if (value.length > max) throw new RangeError(`"${name}" may have at most ${max} octets, got ${value.length}`)
}
