/**
 * Segments that another version of Vagus wrote, with other columns. They are set aside under another name, where
 * neither writer nor reader nor the removal of sealed segments finds them: whoever wants what is in there starts that
 * version.
 * @module
 */
import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreEvent } from '../event.ts'
import { logFolder, namesIn } from '../folder.ts'
import { isForeign, maxEntryOctets } from './entry.ts'
import { firstBlockOf } from './segment-name.ts'

const suffix = '.other-version'

/** For the log's writer and its reader: whoever opens it first. @throws an error of the file system */
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
    // Of other columns it may be longer.
    const octets = new Uint8Array(maxEntryOctets * 2)
    return octets.subarray(0, readSync(fd, octets))
  } finally {
    closeSync(fd)
  }
}
