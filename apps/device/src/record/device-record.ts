/**
 * What this agent did to its router, in a chained file beside its control socket (`@vagus/audit`): nobody signs it here,
 * and it can be set against the record of the controller. `vagus audit verify FILE` checks it.
 * @module
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import type { Actor } from '@vagus/api'
import { beginning, entryHash, type Mark, RecordCheck, recordHeader, recordLine } from '@vagus/audit'
import { currentSpan } from '@vagus/observability/current-span'
import { toldText } from '@vagus/signals'
import { identityCrypto } from '@vagus/transport/identity-crypto'
import { textOf } from '../rounds.ts'
import { besideControl } from '../state-file.ts'

/** Before it has its number and time. */
export interface DeviceDeed {
  readonly event: DeedName
  /** The prefix, policy or path that it is about. */
  readonly subject: string
  readonly fields: Readonly<Record<string, string | number>>
  readonly by: Actor
  /** Its span, as a `traceparent`; undefined: it belongs to no trace. */
  readonly trace?: string
}

/** With its place in the trace of whoever asked for it, where that is known. */
export function tracedDeed(deed: DeviceDeed): DeviceDeed {
  const span = currentSpan()
  return span === undefined
    ? deed
    : { ...deed, trace: span.point(deed.event, { 'vagus.subject': toldText(deed.subject, 'names') }) }
}

export type DeedName =
  | 'class.set'
  | 'class.ended'
  | 'policy.installed'
  | 'policy.confirmed'
  | 'policy.taken-back'
  | 'commit.begun'
  | 'commit.confirmed'
  | 'commit.reverted'
  | 'commit.refused'
  | 'attempt.refused'
  | 'line.held'
  | 'line.over'
  | 'intents.taken'
  | 'intent.refused'
  | 'address.attached'
  | 'address.moved'
  | 'address.detached'
  | 'address.lapsed'
  | 'address.held'
  | 'services.begun'
  | 'services.ended'
  | 'record.broken'

/** Takes what was done. Never throws: what was done stays done. */
export type TellDeed = (deed: DeviceDeed) => void

export interface DeviceRecordOptions {
  readonly path: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly report: (line: string) => void
  /** Entries of a file; then it becomes `PATH.1`, in the place of the one before, and a new one goes on. */
  readonly maxEntries?: number
}

/** Some megabytes. */
const usualEntries = 10_000

export class DeviceRecord {
  readonly #options: DeviceRecordOptions
  readonly #maxEntries: number
  #file: number
  #last: Mark
  #entries: number

  /** Goes on with what is there, whole or not. @throws node's error where it can be neither read nor written */
  constructor(options: DeviceRecordOptions) {
    this.#options = options
    this.#maxEntries = options.maxEntries ?? usualEntries
    this.#file = openSync(options.path, 'a+', 0o600)
    const { last, entries, octets, problem } = readRecord(readFileSync(options.path))
    this.#last = last
    this.#entries = entries
    // A line without its end was not written whole, because the agent or the host ended then: nobody was told of it.
    if (fstatSync(this.#file).size > octets) ftruncateSync(this.#file, octets)
    if (octets === 0) this.#write(`${recordHeader({ after: last, document: null, head: null })}\n`)
    if (problem === undefined) return
    options.report(`the record ${options.path} does not hold: ${problem}`)
    this.tell({ event: 'record.broken', subject: options.path, fields: { problem }, by: itself })
  }

  /** What the disk does not take is reported, and in no record. */
  tell(deed: DeviceDeed): void {
    const { now, report } = this.#options
    const { event, subject, fields, by, trace } = deed
    const entry = {
      id: this.#last.id + 1,
      at: new Date(now()).toISOString(),
      event,
      subject: subject.toWellFormed(),
      fields: plain(fields),
      by: { kind: by.kind, id: by.id, name: by.name?.toWellFormed() ?? null },
      ...(trace === undefined ? {} : { trace }),
    }
    const hash = entryHash(this.#last.hash, entry, identityCrypto)
    try {
      if (this.#entries >= this.#maxEntries) this.#rotate()
      this.#write(`${recordLine({ ...entry, hash })}\n`)
    } catch (error) {
      report(`${event} of ${subject} is not in the record: ${textOf(error)}`)
      return
    }
    this.#last = { id: entry.id, hash }
    this.#entries++
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }

  #rotate(): void {
    const { path } = this.#options
    renameSync(path, `${path}.1`)
    const old = this.#file
    this.#file = openSync(path, 'a+', 0o600)
    closeSync(old)
    this.#entries = 0
    this.#write(`${recordHeader({ after: this.#last, document: null, head: null })}\n`)
  }

  /** Whole, and on the disk; or not at all. */
  #write(line: string): void {
    const { size } = fstatSync(this.#file)
    const octets = Buffer.from(line)
    try {
      if (writeSync(this.#file, octets) < octets.length) throw new Error('the disk is full')
      fsyncSync(this.#file)
    } catch (error) {
      ftruncateSync(this.#file, size)
      throw error
    }
  }
}

const itself: Actor = { kind: 'controller', id: null, name: null }

const plain = (fields: DeviceDeed['fields']): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value.toWellFormed() : value]),
  )

/** Where a file goes on: after its last line that is an entry, whatever is wrong before. */
function readRecord(content: Buffer): {
  readonly last: Mark
  readonly entries: number
  /** Up to the end of the last whole line. */
  readonly octets: number
  readonly problem: string | undefined
} {
  const octets = content.lastIndexOf('\n') + 1
  if (octets === 0) return { last: beginning, entries: 0, octets, problem: undefined }
  const lines = content
    .subarray(0, octets - 1)
    .toString()
    .split('\n')
  const check = new RecordCheck({}, identityCrypto)
  for (const line of lines) check.take(line)
  const verdict = check.end()
  if (verdict.type === 'whole') return { last: verdict.last, entries: verdict.entries, octets, problem: undefined }
  const last = lines.reduce((mark, line) => markIn(line) ?? mark, beginning)
  return { last, entries: lines.length, octets, problem: verdict.problem }
}

function markIn(line: string): Mark | undefined {
  try {
    const { id, hash } = JSON.parse(line) as Partial<Mark>
    return Number.isSafeInteger(id) && typeof hash === 'string' ? { id: id!, hash } : undefined
  } catch {
    return undefined
  }
}

/** Beside the control socket. */
export const recordFile = (control: string): string => besideControl(control, 'record.jsonl')
