/** `vagus flow export FILE`: single flow records as a Parquet file for other programs. @module */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { octetsText } from '../format.ts'

export const command = defineCommand({
  name: 'flow export',
  summary: 'single flow records as a Parquet file',
  effect: 'rw',
  examples: [
    { line: 'vagus flow export flows.parquet', does: 'the records that ended in the last 5 minutes' },
    { line: 'vagus flow export day.parquet --last 1d', does: 'those of a day, as far as they are kept' },
  ],
  arguments: [{ name: 'FILE', description: 'is written anew; DuckDB, pandas and Spark read it', presence: 'required' }],
  options: {
    last: { type: 'duration', value: 'TIME', default: '5m', description: 'the time up to now in which records ended' },
    ...controllerOption,
  },
  async run(call) {
    const file = call.words[0]!
    const draft = `${file}.unfinished`
    const response = await clientFor(call).download('/v1/flows/export', { last: `${call.values.last}s` })
    const written = createWriteStream(draft)
    try {
      await pipeline(response, written, { signal: call.signal })
      await rename(draft, file)
    } catch (error) {
      await rm(draft, { force: true })
      if (call.signal.aborted) return exitCode.interrupted
      const { message } = error as Error
      throw new Failure(exitCode.failed, `${file} was not written: ${message}`, 'is there room, and is it your folder?')
    }
    call.terminal.out(`${file}: ${octetsText(written.bytesWritten)}\n`)
    return exitCode.ok
  },
})
