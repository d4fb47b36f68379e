/** Single flow records as a file for other programs. @module */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { StoreError } from '@vagus/store'
import { storedSpanOf, type View } from '../domain/view.ts'
import type { FileAnswer, RequestedWindow } from '../http/backend.ts'
import { columnNames } from './key-names.ts'

/** Writing a day of ten thousand records per second takes about this long. */
const deadline = 600_000
/** Each export occupies the database and disk space until its last octet is sent. */
const maxExports = 2
let running = 0

/**
 * The file has no name any more while it is sent: it goes with whoever asked. `signal` calls it off.
 * @throws {StoreError}
 */
export async function exportOf(view: View, window: RequestedWindow, signal: AbortSignal): Promise<FileAnswer> {
  if (running >= maxExports) throw new StoreError('busy', `${maxExports} exports are already running; try again later`)
  running++
  try {
    const { octets, keptSince, file } = await writtenExport(view, window, signal)
    // Closes the file at its end, and when nobody reads on.
    const stream = file.createReadStream().once('close', () => running--)
    return { octets, keptSince, stream: Readable.toWeb(stream) as ReadableStream<Uint8Array> }
  } catch (error) {
    running--
    throw signal.aborted ? new StoreError('closed', 'cancelled: the client has gone') : error
  }
}

interface WrittenExport {
  readonly octets: number
  readonly keptSince: number | undefined
  readonly file: FileHandle
}

async function writtenExport(view: View, window: RequestedWindow, signal: AbortSignal): Promise<WrittenExport> {
  const folder = await mkdtemp(join(view.store.draftFolder, 'export-'))
  try {
    const query = {
      ...(await storedSpanOf(view, window)),
      path: join(folder, 'flows.parquet'),
      names: columnNames(view),
    }
    const { octets, keptSince } = await view.store.exportParquet(query, { deadline, signal })
    signal.throwIfAborted()
    return { octets, keptSince, file: await open(query.path) }
  } finally {
    // The database may still be about to give up, and make a file meanwhile.
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
