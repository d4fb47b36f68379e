/**
 * Long pieces of memory that a program gets to keep, and that it mostly forgets at once. The collector counts them as old
 * from the first moment: when some 12 MB of them are there it goes through the whole heap, which was half of what it cost
 * to receive bulk. Among the young it would find them for a hundredth of that, but it looks there only when a megabyte of
 * young objects was made, which long records alone never make.
 * @module
 */
import { maxRecordOctets } from '@vagus/channel'
import { uninitialized } from './packet-memory.ts'

/** Octets of memory for each eight octets of young objects: a look among the young comes every 4 MB. */
const octetsPerNumber = 32

const numbers: readonly number[] = Array.from({ length: maxRecordOctets / octetsPerNumber }, () => 0.5)

/** The last young object: one that nobody holds is not made at all. */
let young = numbers

/** `octets` (a record has no more) that are about to be overwritten and handed on. */
export function longMemory(octets: number): Uint8Array<ArrayBuffer> {
  young = numbers.slice(-octets / octetsPerNumber)
  return young.length === 0 ? new Uint8Array(octets) : uninitialized(octets)
}
