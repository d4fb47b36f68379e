/** `vagus flow export FILE`: single flow records as a Parquet file for other programs. @module */
import { statSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { keptSinceHeader } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { octetsText } from '../format.ts'
import { isFolder, unwritable } from '../unwritable.ts'
import { keptLine } from '../window.ts'
import { windowOptions, windowQuery } from '../window-options.ts'

export const command = defineCommand({
  name: 'flow export',
  summary: 'single flow records as a Parquet file',
  effect: 'rw',
  examples: [
    { line: 'vagus flow export flows.parquet', does: 'the records that ended in the last 5 minutes' },
    { line: 'vagus flow export day.parquet --last 1d', does: 'the records of one day, as far as they are kept' },
  ],
  arguments: [
    {
      name: 'FILE',
      description:
        'file to write or replace; DuckDB, pandas and Spark read it. octets and packets are as exported: × samplingRate where that is above 1; counted = 1 has each packet once',
      presence: 'required',
    },
  ],
  options: {
    ...windowOptions('5m'),
    ...controllerOption,
  },
  async run(call) {
    const file = call.words[0]!
    const window = windowQuery(call.values)
    const draft = `${file}.unfinished`
    // Opened before the controller is asked: an export may take minutes.
    const handle = await opened(file, draft)
    const written = handle.createWriteStream()
    try {
      const response = await clientFor(call).download('/v1/flows/export', window)
      await pipeline(response, written, { signal: call.signal })
      await rename(draft, file)
      const { [keptSinceHeader]: keptSince } = response.headers
      if (typeof keptSince === 'string')
        call.terminal.err(`${call.terminal.talkPaint.warn(keptLine(keptSince, new Date().toISOString()))}\n`)
    } catch (error) {
      written.destroy()
      await rm(draft, { force: true })
      if (call.signal.aborted) return exitCode.interrupted
      if (error instanceof Failure) throw error
      const { message } = error as Error
      throw new Failure(exitCode.failed, `${file} was not written: ${message}`, 'is there room? df')
    }
    call.terminal.out(`${file}: ${octetsText(written.bytesWritten)}\n`)
    return exitCode.ok
  },
})

const like = 'flows.parquet'

/** The draft, beside the final file. @throws {Failure} when it cannot be created there */
async function opened(file: string, draft: string): Promise<FileHandle> {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) throw isFolder(file, like)
  try {
    return await open(draft, 'w')
  } catch (error) {
    throw unwritable(file, like, error)
  }
}
