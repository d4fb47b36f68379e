/** Checks a record from a file or a controller, and says what was found. @module */
import { readFileSync } from 'node:fs'
import { RecordCheck, type RecordTrust, type Verdict } from '@vagus/audit'
import type { IdentityCrypto } from '@vagus/identity'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { countOf } from '../format.ts'
import type { Paint } from '../paint.ts'
import { printable } from '../table.ts'
import { recordLines } from './record-lines.ts'

export async function checkRecord(
  chunks: AsyncIterable<Uint8Array>,
  trust: RecordTrust,
  crypto: IdentityCrypto,
): Promise<Verdict> {
  const check = new RecordCheck(trust, crypto)
  try {
    for await (const line of recordLines(chunks)) if (check.take(line) === 'wrong') break
    return check.end()
  } catch (error) {
    if (error instanceof RangeError) return { type: 'wrong', problem: error.message }
    throw error
  }
}

/** A head that was kept: by itself, in JSON of /v1/audit/head, or in a record that was exported then. @throws {Failure} usage */
export function keptHead(path: string): string {
  try {
    const [first = ''] = readFileSync(path, 'utf8').trim().split('\n', 1)
    const text = readFileSync(path, 'utf8').trim()
    if (!text.startsWith('{')) return text
    const { head } = JSON.parse(isWhole(first) ? first : text) as { readonly head?: unknown }
    if (typeof head === 'string') return head
    throw new RangeError('there is no signed head in it')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const fix = 'a record of "vagus audit export", or the JSON of /v1/audit/head'
    throw new Failure(exitCode.usage, `--head ${path} cannot be read: ${code ?? message}`, fix)
  }
}

/** A record has a value in its first line; JSON for people has a part of one. */
function isWhole(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

export function verdictText(verdict: Verdict, paint: Paint): string {
  if (verdict.type === 'wrong') return `${paint.bad('wrong')}  ${printable(verdict.problem)}`
  const { after, last, entries, heads, signed, cut, continued } = verdict
  const range = entries === 0 ? 'no event yet' : `${countOf(entries, 'event')}, from ${after.id + 1} to ${last.id}`
  const who =
    signed === null
      ? paint.warn('signed by nobody: who can write where it is kept can write another')
      : `signed by ${signed.by} at ${new Date(signed.at).toISOString()}; ${countOf(heads, 'comparison')} with signed heads`
  const lines = [
    `${paint.good('whole')}  ${range}`,
    `       ${who}`,
    ...(cut === null ? [] : [`       events up to ${cut.id} were cut off since, as the record grew`]),
    ...continued.map(({ id, at }) => `       goes on from a backup since event ${id} (${printable(at)})`),
    `       last hash ${last.hash}`,
  ]
  return lines.join('\n')
}
