/**
 * Allocates long buffers, which a program mostly drops at once. V8 counts their memory, but does not collect them while
 * few small objects are created beside them, as when bulk data arrives: instead it goes through its whole heap after
 * each 64 MiB. The memory it frees glibc returns to the kernel, so each page of the next buffer costs a page fault.
 * Therefore V8 is asked for a collection of its young generation from time to time, which takes about 0.2 ms, and glibc
 * to keep what a few such rounds need (docs/decisions/0009).
 * @module
 */
import { collecting } from './collecting.ts'
import { withNative } from './native.ts'
import { uninitialized } from './packet-memory.ts'

/** Octets allocated between two collections. */
const roundOctets = 8 << 20

/** glibc's `mallopt`: how much free memory at the top it keeps, and from what size on a block has its own mapping. */
const trimThreshold = -1
const mmapThreshold = -3
const keptOctets = 16 << 20
const mappedFrom = 4 << 20

let octetsOfRound = 0
let collectYoung: (() => void) | undefined

/** Uninitialised: the caller must overwrite all `octets` octets. */
export function longMemory(octets: number): Uint8Array<ArrayBuffer> {
  octetsOfRound += octets
  if (octetsOfRound >= roundOctets) {
    octetsOfRound = 0
    collectYoung ??= prepare()
    collectYoung()
  }
  return uninitialized(octets)
}

function prepare(): () => void {
  withNative((library) => {
    const mallopt = library.func('int mallopt(int, int)')
    // Setting only one of the two would also end glibc's own adaptation of the other.
    mallopt(mmapThreshold, mappedFrom)
    mallopt(trimThreshold, keptOctets)
  })
  const collect = collecting()
  return collect === undefined ? () => {} : () => collect({ type: 'minor' })
}
