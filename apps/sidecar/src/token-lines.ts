/**
 * Files with tokens of callers: lines of NAME TOKEN [SCOPE,SCOPE], with comments behind `#`. A token may stand there as
 * `sha256:HEX`, so that the file gives nobody one. Side-car and gateway read the same form; scopes count at a gateway alone.
 * @module
 */
import { createHash } from 'node:crypto'
import { KeyringError, readSecretFile } from '@vagus/keyring/secret-file'

/** A shorter one could be guessed. */
const leastCharacters = 16
const digestMark = 'sha256:'

export interface TokenLine {
  readonly name: string
  /** TOKEN or `sha256:HEX`, as it stands there. */
  readonly written: string
  readonly scopes: readonly string[]
}

/** @param names what a caller may be called @throws {TypeError} that says what is wrong with the file, and its line */
export function readTokenLines(path: string, names: RegExp): readonly TokenLine[] {
  const digests = new Set<string>()
  return textOf(path)
    .split('\n')
    .flatMap((text, at) => {
      if (/^\s*(#|$)/.test(text)) return []
      const line = lineOf(text, names)
      if (line === undefined)
        throw new TypeError(
          `line ${at + 1} of ${path} is not NAME TOKEN [SCOPE,SCOPE], with a token of ${leastCharacters} characters or more, or ${digestMark}HEX of one`,
        )
      const digest = writtenDigest(line.written)
      if (digests.has(digest))
        throw new TypeError(`line ${at + 1} of ${path} has a token that a line before it has, too`)
      digests.add(digest)
      return [line]
    })
}

/** SHA-256 of a token that somebody shows, in hexadecimal digits. */
export const shownDigest = (token: string): string => createHash('sha256').update(token).digest('hex')

/** That of the token of a line. */
export const writtenDigest = (written: string): string =>
  written.startsWith(digestMark) ? written.slice(digestMark.length).toLowerCase() : shownDigest(written)

function lineOf(text: string, names: RegExp): TokenLine | undefined {
  const [name = '', written = '', scopes = '', more] = text.trim().split(/\s+/)
  const isToken = written.startsWith(digestMark)
    ? /^[0-9a-f]{64}$/.test(writtenDigest(written))
    : written.length >= leastCharacters
  if (!names.test(name) || !isToken || more !== undefined) return undefined
  return { name, written, scopes: scopes.split(',').filter((scope) => scope !== '') }
}

function textOf(path: string): string {
  try {
    return readSecretFile(path)
  } catch (cause) {
    throw cause instanceof KeyringError ? new TypeError(cause.sentence, { cause }) : cause
  }
}
