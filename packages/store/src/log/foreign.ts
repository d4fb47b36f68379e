/**
 * Segments that another version of Vagus wrote, with other columns. They are set aside under a name that writer, reader
 * and removal of sealed segments ignore; only that version can read them.
 * @module
 */
import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreEvent } from '../event.ts'
import { logFolder, namesIn } from '../folder.ts'
import { isForeign, maxEntryOctets } from './entry.ts'
import { firstBlockOf } from './segment-name.ts'

const suffix = '.other-version'

/** Called by the log's writer and reader; the first to open the log does it. @throws an error of the file system */
export function setAsideForeign(folder: string, now: number, onEvent: (event: StoreEvent) => void): void {
  const log = logFolder(folder)
  for (const name of namesIn(log)) {
    if (firstBlockOf(name) === undefined) continue
    const path = join(log, name)
    if (!isForeign(firstOctets(path))) continue
    const octets = statSync(path).size
    renameSync(path, path + suffix)
    const problem = 'written by another version of Vagus, which alone can read and seal it'
    onEvent({ event: 'store.damaged', at: now, fields: { file: name + suffix, octets, problem } })
  }
}

function firstOctets(path: string): Uint8Array {
  const fd = openSync(path, 'r')
  try {
    // An entry with other columns may be longer.
    const octets = new Uint8Array(maxEntryOctets * 2)
    return octets.subarray(0, readSync(fd, octets))
  } finally {
    closeSync(fd)
  }
}
