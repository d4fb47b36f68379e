/** `vagus audit export FILE`: the record of events with its signed end, to keep elsewhere. @module */
import { open, rename, rm } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { checkRecord, verdictText } from '../audit/check-record.ts'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { unwritable } from '../unwritable.ts'

export const command = defineCommand({
  name: 'audit export',
  summary: 'the record of events with its signed end, to keep elsewhere',
  effect: 'rw',
  examples: [
    { line: 'vagus audit export audit.jsonl', does: 'writes and checks it; exit 1 when something is wrong' },
    { line: 'vagus audit export a.jsonl && scp a.jsonl elsewhere:', does: 'there: vagus audit verify a.jsonl --by ID' },
  ],
  arguments: [{ name: 'FILE', description: 'file to write or replace: lines of JSON', presence: 'required' }],
  options: controllerOption,
  async run(call) {
    const file = call.words[0]!
    const draft = `${file}.unfinished`
    const handle = await open(draft, 'w').catch((error: unknown) => {
      throw unwritable(file, 'audit.jsonl', error)
    })
    const written = handle.createWriteStream()
    try {
      await pipeline(await clientFor(call).download('/v1/audit/record', {}), written, { signal: call.signal })
      await rename(draft, file)
    } catch (error) {
      written.destroy()
      await rm(draft, { force: true })
      if (call.signal.aborted) return exitCode.interrupted
      if (error instanceof Failure) throw error
      throw new Failure(exitCode.failed, `${file} was not written: ${(error as Error).message}`, 'is there room? df')
    }
    const { identityCrypto } = await import('@vagus/transport/identity-crypto')
    const verdict = await checkRecord(createReadStream(file), {}, identityCrypto)
    call.terminal.out(`${file}\n${verdictText(verdict, call.terminal.paint)}\n`)
    return verdict.type === 'whole' ? exitCode.ok : exitCode.failed
  },
})
