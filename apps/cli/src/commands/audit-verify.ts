/** `vagus audit verify [FILE]`: whether the record of events is as it was written, and whose it is. @module */
import { createReadStream } from 'node:fs'
import { isAgentId, verifyWhenIssued } from '@vagus/identity'
import { checkRecord, keptHead, verdictText } from '../audit/check-record.ts'
import { type Call, defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { documentOf } from '../signed-text.ts'
import { printable } from '../table.ts'

const options = {
  head: {
    type: 'text',
    value: 'FILE',
    description: 'a head that was kept: an earlier export, or JSON of /v1/audit/head',
  },
  by: {
    type: 'text',
    value: 'AGENT',
    description: 'who must have signed: an id (did:key:z6Mk…), a file with its document, or an agent of this host',
  },
  ...homeOption,
  ...controllerOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'audit verify',
  summary: 'is the record of events as it was written?',
  effect: 'ro',
  examples: [
    { line: 'vagus audit verify', does: 'all of it; exit 1 names the first that is wrong' },
    { line: 'vagus audit verify audit.jsonl --by ID', does: 'an export, without a controller' },
    { line: 'vagus audit verify --head old.jsonl', does: 'is all of that export still there?' },
  ],
  arguments: [{ name: 'FILE', description: 'of "vagus audit export"', presence: 'optional' }],
  options,
  async run(call: Call<typeof options>) {
    const { values, words, terminal } = call
    const [file] = words
    const { identityCrypto } = await import('@vagus/transport/identity-crypto')
    const by = values.by === undefined ? undefined : await idOf(call, values.by)
    const trust = { by, head: values.head === undefined ? undefined : keptHead(values.head) }
    const chunks: AsyncIterable<Uint8Array> =
      file === undefined ? await clientFor(call).download('/v1/audit/record', {}) : createReadStream(file)
    try {
      const verdict = await checkRecord(chunks, trust, identityCrypto)
      if (values.json) {
        const { type, ...found } = verdict
        const shown = { apiVersion: 'vagus/v1', kind: 'AuditVerdict', whole: type === 'whole', ...found }
        terminal.out(jsonText(shown))
      } else terminal.out(`${verdictText(verdict, terminal.paint)}\n`)
      return verdict.type === 'whole' ? exitCode.ok : exitCode.failed
    } catch (error) {
      if (call.signal.aborted) return exitCode.interrupted
      const { code, message } = error as NodeJS.ErrnoException
      const what = file ?? 'the record of the controller'
      const exit = file === undefined ? exitCode.failed : exitCode.usage
      throw new Failure(exit, `${what} cannot be read to its end: ${code ?? message}`, 'vagus audit export FILE')
    }
  },
})

/** Also of a document that has expired: what it signed stays signed. */
async function idOf(call: Call<typeof options>, who: string): Promise<string> {
  if (isAgentId(who)) return who
  const { identityCrypto } = await import('@vagus/transport/identity-crypto')
  const read = verifyWhenIssued(await documentOf(call, who), identityCrypto)
  if (read.type === 'verified') return read.identity.id
  throw new Failure(exitCode.usage, `--by: ${printable(read.because.problem)}`, 'an id such as did:key:z6Mk…')
}
