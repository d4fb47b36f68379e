/** Single flow records as a file for other programs. @module */
import { mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { UnavailableError } from '@vagus/store'
import { spanOf, type View } from '../domain/view.ts'
import type { FileAnswer, RequestedWindow } from '../http/backend.ts'

/** A day of ten thousand records a second takes about so long to write. */
const deadline = 600_000
/** Each takes the database and room on the disk. */
const maxExports = 2
let running = 0

/** The file has no name any more while it is sent: it goes with whoever asked. @throws {UnavailableError} */
export async function exportOf(view: View, window: RequestedWindow): Promise<FileAnswer> {
  if (running >= maxExports) throw new UnavailableError('busy', `${maxExports} exports run already; ask again later`)
  running++
  const folder = mkdtempSync(join(tmpdir(), 'vagus-export-'))
  let file: FileHandle
  let octets: number
  try {
    const path = join(folder, 'flows.parquet')
    octets = (await view.store.exportParquet({ ...spanOf(view, window), path }, { deadline })).octets
    file = await open(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    running--
  }
  // Closes the file at its end, and when nobody reads on.
  const stream = Readable.toWeb(file.createReadStream()) as ReadableStream<Uint8Array>
  return { octets, stream }
}
