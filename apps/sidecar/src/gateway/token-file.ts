/**
 * Named tokens for callers that have no issuer: lines of NAME TOKEN [SCOPE,SCOPE]. A token may stand there as `sha256:HEX`, so
 * that the file gives nobody one. It is read again when it changes: a line that is taken out counts no more.
 * @module
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { Outsider } from '@vagus/access'

/** Who vouches for the names in the file: the gateway itself. */
const ownIssuer = 'urn:vagus:gateway'
/** Milliseconds between two looks. */
const lookEvery = 1000
const leastCharacters = 16

interface Line {
  readonly name: string
  readonly scopes: readonly string[]
}

export class TokenFile {
  readonly path: string
  readonly #report: (line: string) => void
  #byDigest: ReadonlyMap<string, Line>
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
    const line = this.#byDigest.get(digestOf(token))
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

function linesOf(path: string): ReadonlyMap<string, Line> {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new TypeError(`${path} does not exist`)
  if ((stat.mode & 0o077) !== 0) throw new TypeError(`${path} is readable by others than its owner: chmod 600 ${path}`)
  const byDigest = new Map<string, Line>()
  for (const [at, text] of readFileSync(path, 'utf8').split('\n').entries()) {
    if (/^\s*(#|$)/.test(text)) continue
    const [name = '', token = '', scopes = '', more] = text.trim().split(/\s+/)
    const isDigest = token.startsWith('sha256:')
    const digest = isDigest ? token.slice('sha256:'.length).toLowerCase() : digestOf(token)
    const isToken = isDigest ? /^[0-9a-f]{64}$/.test(digest) : token.length >= leastCharacters
    if (!/^[\w.@:-]{1,64}$/.test(name) || !isToken || more !== undefined)
      throw new TypeError(
        `line ${at + 1} of ${path} is not NAME TOKEN [SCOPE,SCOPE], with a token of ${leastCharacters} characters or more, or sha256:HEX of one`,
      )
    if (byDigest.has(digest))
      throw new TypeError(`line ${at + 1} of ${path} has a token that a line before it has, too`)
    byDigest.set(digest, { name, scopes: scopes.split(',').filter((scope) => scope !== '') })
  }
  return byDigest
}

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex')
