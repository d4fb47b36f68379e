/**
 * Long pieces of memory that a program gets to keep, and that it mostly forgets at once. V8 counts them, but does not look
 * for them while few small objects are made beside them, as when bulk arrives: with each 64 MiB it goes through its whole
 * heap instead. What it frees glibc gives back to the kernel, and each page of the next piece costs a fault. So V8 is asked
 * to look among its young objects now and then, which takes some 0.2 ms, and glibc to keep what a few such rounds need
 * (docs/decisions/0009).
 * @module
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { withNative } from './native.ts'
import { uninitialized } from './packet-memory.ts'

/** Octets of long pieces between two looks. */
const roundOctets = 8 << 20

/** glibc's `mallopt`: the free memory at the top that it keeps, and from how many octets on a piece has its own mapping. */
const trimThreshold = -1
const mmapThreshold = -3
const keptOctets = 16 << 20
const mappedFrom = 4 << 20

let octetsOfRound = 0
let collectYoung: (() => void) | undefined

/** `octets` that are about to be overwritten and handed on. */
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
    // Either alone would end glibc's own adaptation of both.
    mallopt(mmapThreshold, mappedFrom)
    mallopt(trimThreshold, keptOctets)
  })
  const collect = collecting()
  return collect === undefined ? () => {} : () => collect({ type: 'minor' })
}

/** V8's own function, which contexts have that are made under a flag: the program itself sees no more of it than before. */
function collecting(): typeof globalThis.gc {
  const isShown = 'gc' in globalThis
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('globalThis.gc') as typeof globalThis.gc
  if (!isShown) setFlagsFromString('--no-expose-gc')
  return collect
}
