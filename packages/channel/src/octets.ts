/** No octets, and octets compared. @module */

/** Shared: nothing in it can change. */
export const noOctets: Uint8Array = new Uint8Array(0)

/** Whether both are equal, in a time that does not depend on where they differ. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ b[index]!
  return difference === 0
}
