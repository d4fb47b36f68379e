/** Copies of parts of messages, which are mostly short. @module */

/** Octets from which on a view and one copy of all are quicker than one octet after the other. */
const long = 128

/** Copies `octets` from `from` up to `to` into `into`, which has room, at `at`; returns where it ends there. */
export function copyOctets(octets: Uint8Array, from: number, to: number, into: Uint8Array, at: number): number {
  if (to - from >= long) {
    into.set(octets.subarray(from, to), at)
    return at + to - from
  }
  let place = at
  for (let index = from; index < to; index++) into[place++] = octets[index]!
  return place
}
