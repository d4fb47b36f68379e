/**
 * A record that was written out, to be checked anywhere: lines of canonical JSON (RFC 8785).
 *
 *   {"after":{"hash":"…","id":0},"apiVersion":"vagus/v1","document":"…","head":"…","kind":"AuditRecord"}
 *   {"at":"…","event":"…", … ,"hash":"…","id":1}      an entry
 *   {"head":"…"}                                      a head that was signed when the entry above was the newest
 *
 * `head` of the first line is that of the newest entry, and `document` is of the agent that signs, whose key log names all
 * its keys. Both are null where the program has no agent: then whoever can write the file can write another.
 * @module
 */
import { canonicalText, type CompactJws, type IdentityCrypto, type JsonValue } from '@vagus/identity'
import { beginning, ChainCheck, isObject, type Mark } from './chain.ts'
import { type Head, headOf, isMark, type Signing, signingOf } from './head.ts'

/** Entries that are always kept; only of more are the oldest cut off. */
export const keptEntries = 100_000

export interface RecordHeader {
  readonly after: Mark
  readonly document: CompactJws | null
  readonly head: CompactJws | null
}

const constants = { apiVersion: 'vagus/v1', kind: 'AuditRecord' } as const

/** The first line, without its end. */
export const recordHeader = ({ after: { id, hash }, document, head }: RecordHeader): string =>
  canonicalText({ ...constants, after: { id, hash }, document, head })

/** A further one. @throws {RangeError} where it has no canonical JSON */
export const recordLine = (entry: JsonValue): string => canonicalText(entry)

/** The event by which a record says that it goes on from a copy: entries after that one may have been, and are elsewhere. */
export const continuedEvent = 'audit.continued'

/** Where a record goes on from a copy. */
export interface Continued {
  /** Of the entry that says so: those before it are the copy's. */
  readonly id: number
  /** When, as the entry says. */
  readonly at: string
}

/** Of which a verdict names the newest: each is a restoration by hand. */
const maxContinued = 16

/** What whoever checks knows from elsewhere. */
export interface RecordTrust {
  /** Id of the agent that must have signed; without, any may. */
  readonly by?: string | undefined
  /** A head that was kept. */
  readonly head?: CompactJws | undefined
}

export type Verdict =
  | {
      readonly type: 'whole'
      readonly after: Mark
      readonly last: Mark
      readonly entries: number
      /** How often a head was compared with its entry. */
      readonly heads: number
      /** Null: nobody, so that only the order of the entries is shown. */
      readonly signed: { readonly by: string; readonly at: number } | null
      /** What was cut off since the oldest head within, as the record grew: the last of it. */
      readonly cut: Mark | null
      /** Where it goes on from a copy, the newest of them. */
      readonly continued: readonly Continued[]
    }
  | { readonly type: 'wrong'; readonly problem: string }

/** Checks a record line by line. After the first that is wrong it takes no more. */
export class RecordCheck {
  readonly #trust: RecordTrust
  readonly #crypto: IdentityCrypto
  #chain: ChainCheck | undefined
  #after: Mark = beginning
  #signing: Signing | undefined
  #newest: Head | undefined
  #kept: Head | undefined
  #lines = 0
  #entries = 0
  #heads = 0
  #cutSince: Head | undefined
  readonly #continued: Continued[] = []
  #lastFit: Mark | undefined
  #isKeptThere = false
  #problem: string | undefined

  constructor(trust: RecordTrust, crypto: IdentityCrypto) {
    this.#trust = trust
    this.#crypto = crypto
  }

  /** The next line, without its end. Whether another may follow. */
  take(line: string): 'goes on' | 'wrong' {
    if (this.#problem !== undefined) return 'wrong'
    this.#lines++
    this.#problem = this.#problemOf(line)
    return this.#problem === undefined ? 'goes on' : 'wrong'
  }

  /** After the last line. */
  end(): Verdict {
    const problem = this.#problem ?? this.#problemAtEnd()
    if (problem !== undefined) return { type: 'wrong', problem }
    const newest = this.#newest
    return {
      type: 'whole',
      after: this.#after,
      last: this.#chain!.at,
      entries: this.#entries,
      heads: this.#heads,
      signed: newest === undefined ? null : { by: newest.iss, at: newest.iat * 1000 },
      cut: this.#cutSince === undefined ? null : this.#after,
      continued: this.#continued,
    }
  }

  #problemOf(line: string): string | undefined {
    const value = canonicalValue(line)
    if (value === undefined) return `line ${this.#lines}${this.#place()} is not as it was written`
    if (this.#chain === undefined) return this.#begin(value)
    if (isObject(value) && Object.keys(value).length === 1 && typeof value['head'] === 'string')
      return this.#head(value['head'], 'a head')
    const problem = this.#chain.take(value)
    if (problem !== undefined) return problem
    this.#entries++
    this.#noteContinued(value)
    return this.#compare(this.#kept, 'the head that was kept') ?? this.#compare(this.#newest, 'the newest head')
  }

  #noteContinued(entry: JsonValue): void {
    if (!isObject(entry) || entry['event'] !== continuedEvent) return
    const { at } = entry
    this.#continued.push({ id: this.#chain!.at.id, at: typeof at === 'string' ? at : '' })
    if (this.#continued.length > maxContinued) this.#continued.shift()
  }

  #begin(value: JsonValue): string | undefined {
    const { by, head: kept } = this.#trust
    if (!isHeader(value)) return 'the first line is not that of a record: {"after":…,"kind":"AuditRecord"}'
    const { after, document, head } = value
    this.#after = after
    this.#chain = new ChainCheck(after, this.#crypto)
    if (document === null || head === null) {
      if (document !== head) return 'the first line has a head without a document, or a document without a head'
      if (by === undefined && kept === undefined) return undefined
      return `nobody has signed it${by === undefined ? '' : `; ${by} should have`}`
    }
    const signing = signingOf(document, this.#crypto)
    if (typeof signing === 'string') return `the document of who signed is not believed: ${signing}`
    if (by !== undefined && signing.id !== by) return `it is signed by ${signing.id}, not by ${by}`
    this.#signing = signing
    const newest = headOf(head, signing, this.#crypto)
    if (typeof newest === 'string') return `the head in the first line is not believed: ${newest}`
    this.#newest = newest
    if (kept === undefined) return this.#compareAtStart(newest)
    const own = headOf(kept, signing, this.#crypto)
    if (typeof own === 'string') return `the head that was kept is not believed: ${own}`
    if (own.id > newest.id) return `the head that was kept is of entry ${own.id}, and the record ends at ${newest.id}`
    this.#kept = own
    return this.#compareAtStart(own) ?? this.#compareAtStart(newest)
  }

  #compareAtStart(head: Head): string | undefined {
    return this.#beginningOf(head) ?? this.#compare(head, 'a head')
  }

  #head(jws: CompactJws, what: string): string | undefined {
    if (this.#signing === undefined) return `${what}${this.#place()} stands in a record that nobody has signed`
    const head = headOf(jws, this.#signing, this.#crypto)
    if (typeof head === 'string') return `${what}${this.#place()} is not believed: ${head}`
    if (head.id !== this.#chain!.at.id) return `a head of entry ${head.id} stands${this.#place()}`
    return this.#beginningOf(head) ?? this.#compare(head, what)
  }

  /** Entries may have been cut off since it was signed; none may have been put in before. */
  #beginningOf(head: Head): string | undefined {
    const { id, hash } = head.after
    const isSame = id === this.#after.id && hash === this.#after.hash
    if (!isSame && id >= this.#after.id) {
      const signed = `when the head of ${timeOf(head)} was signed, the record began after entry ${id}`
      return `${signed}: what stands after entry ${this.#after.id} was put in before`
    }
    if (!isSame && (this.#cutSince === undefined || id < this.#cutSince.after.id)) this.#cutSince = head
    return undefined
  }

  /** A head of the entry that is the last one so far. */
  #compare(head: Head | undefined, what: string): string | undefined {
    const { id, hash } = this.#chain!.at
    if (head === undefined || head.id !== id) return undefined
    if (head.hash !== hash) {
      const since = this.#lastFit === undefined ? '' : ` and after entry ${this.#lastFit.id}`
      return `entries up to ${id}${since} were rewritten after ${what} of ${timeOf(head)} was signed`
    }
    this.#heads++
    this.#lastFit = head
    if (head === this.#kept) this.#isKeptThere = true
    return undefined
  }

  #problemAtEnd(): string | undefined {
    const chain = this.#chain
    if (chain === undefined) return 'it is empty'
    const [last, newest] = [chain.at, this.#newest]
    if (newest !== undefined && newest.id !== last.id) {
      if (newest.id > last.id)
        return `it ends at entry ${last.id}, and its head is of entry ${newest.id}: the rest was taken out`
      return `entries after ${newest.id} were put in after its head was signed`
    }
    const kept = this.#kept
    if (kept !== undefined && kept.id > this.#after.id && !this.#isKeptThere)
      return `entry ${kept.id}, of which the head that was kept is, was taken out`
    const cut = this.#cutSince
    if (cut === undefined || last.id - this.#after.id >= keptEntries) return undefined
    const missing = `entries ${cut.after.id + 1} to ${this.#after.id} were there when the head of ${timeOf(cut)} was signed`
    return `${missing}, and are gone although fewer than ${keptEntries} follow`
  }

  #place(): string {
    return this.#chain === undefined ? '' : `, after entry ${this.#chain.at.id},`
  }
}

const timeOf = ({ iat }: Head): string => new Date(iat * 1000).toISOString()

/** Undefined where the line is not the canonical text of its value. */
function canonicalValue(line: string): JsonValue | undefined {
  try {
    const value = JSON.parse(line) as JsonValue // JSON has no other values
    return canonicalText(value) === line ? value : undefined
  } catch {
    return undefined
  }
}

function isHeader(value: JsonValue): value is RecordHeader & { readonly [name: string]: JsonValue } {
  if (!isObject(value) || Object.keys(value).length !== 5) return false
  const { apiVersion, kind, after, document, head } = value
  const isTextOrNull = (one: JsonValue | undefined): boolean => one === null || typeof one === 'string'
  const isOurs = apiVersion === constants.apiVersion && kind === constants.kind
  return isOurs && isMark(after) && Object.keys(after).length === 2 && isTextOrNull(document) && isTextOrNull(head)
}
