/**
 * Named tokens for callers that have no issuer, in a file that is read again when it changes: a line that is taken out counts
 * no more.
 * @module
 */
import { statSync } from 'node:fs'
import type { Outsider } from '@vagus/access'
import { readTokenLines, shownDigest, type TokenLine, writtenDigest } from '../token-lines.ts'

/** Who vouches for the names in the file: the gateway itself. */
const ownIssuer = 'urn:vagus:gateway'
/** Milliseconds between two looks. */
const lookEvery = 1000

export class TokenFile {
  readonly path: string
  readonly #report: (line: string) => void
  #byDigest: ReadonlyMap<string, TokenLine>
  #version: string
  #lookedAt = performance.now()

  /** @param report takes a line for people @throws {TypeError} that says what is wrong with the file */
  constructor(path: string, report: (line: string) => void) {
    this.path = path
    this.#report = report
    this.#version = versionOf(path)
    this.#byDigest = linesOf(path)
  }

  /** Whose token it is. */
  find(token: string): Outsider | undefined {
    this.#look()
    // By its digest: the time that takes tells nothing of the tokens there are.
    const line = this.#byDigest.get(shownDigest(token))
    return line && { issuer: ownIssuer, subject: line.name, scopes: line.scopes, groups: [] }
  }

  #look(): void {
    if (performance.now() - this.#lookedAt < lookEvery) return
    this.#lookedAt = performance.now()
    const version = versionOf(this.path)
    if (version === this.#version) return
    this.#version = version
    try {
      this.#byDigest = linesOf(this.path)
      this.#report(`${this.path}: ${this.#byDigest.size} tokens count from now on`)
    } catch (error) {
      this.#byDigest = new Map() // somebody may have been taken out
      this.#report(`no token of ${this.path} counts until it is mended: ${(error as Error).message}`)
    }
  }
}

function versionOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs} ${stat.size} ${stat.mode}`
}

const linesOf = (path: string): ReadonlyMap<string, TokenLine> =>
  new Map(readTokenLines(path, /^[\w.@:-]{1,64}$/).map((line) => [writtenDigest(line.written), line]))
