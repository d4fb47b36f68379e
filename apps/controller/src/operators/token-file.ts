/**
 * Tokens for scripts, each with a name, a role and an end, in a file that only the controller's user reads. It holds hashes: a
 * token is shown once. The command line writes the file, and the controller looks whether it changed with each question.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { scriptTokenPrefix } from '@vagus/api/operators'
import { type Role, roles } from '@vagus/api/roles'
import { makePrivateFolder, writeFileWhole } from '@vagus/keyring/private-file'
import { KeyringError, readSecretFileIfAny } from '@vagus/keyring/secret-file'
import { z } from 'zod'

/** Tokens of a controller; one more is refused until another is taken back or has ended. */
export const maxTokens = 256
export const tokenNamePattern = /^[a-z0-9][a-z0-9.-]{0,62}$/

const tokenSchema = z.object({
  name: z.string().regex(tokenNamePattern),
  role: z.enum(roles),
  hash: z.string().length(64),
  /** Milliseconds since 1970. */
  createdAt: z.int(),
  until: z.int(),
})
const fileSchema = z.object({ version: z.literal(1), tokens: z.array(tokenSchema).max(maxTokens) })
export type NamedToken = z.infer<typeof tokenSchema>

export const tokenFileOf = (home: string): string => join(home, 'operator-tokens.json')

/** Of what is shown; it has 256 random bits, so that one plain hash is enough. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Empty where there is no such file. @throws {KeyringError} where others may read it, {Error} where it is damaged */
export function readTokens(home: string): readonly NamedToken[] {
  const text = readSecretFileIfAny(tokenFileOf(home))
  if (text === undefined) return []
  try {
    return fileSchema.parse(JSON.parse(text)).tokens
  } catch (cause) {
    throw new Error(`${tokenFileOf(home)} is damaged; without it there are no tokens: rm it, and make new ones`, {
      cause,
    })
  }
}

/** `taken`: there is one of that name. `full`: there are as many as may be. */
export function addToken(
  home: string,
  {
    name,
    role,
    milliseconds,
    now,
  }: { readonly name: string; readonly role: Role; readonly milliseconds: number; readonly now: number },
): { readonly token: string; readonly until: number } | 'taken' | 'full' {
  const before = readTokens(home).filter(({ until }) => until > now)
  if (before.some((one) => one.name === name)) return 'taken'
  if (before.length >= maxTokens) return 'full'
  const token = `${scriptTokenPrefix}${randomBytes(32).toString('base64url')}`
  const until = now + milliseconds
  writeTokens(home, [...before, { name, role, hash: hashOf(token), createdAt: now, until }])
  return { token, until }
}

/** Whether there was one. From then on it is nobody's. */
export function removeToken(home: string, name: string): boolean {
  const before = readTokens(home)
  const after = before.filter((one) => one.name !== name)
  if (after.length < before.length) writeTokens(home, after)
  return after.length < before.length
}

function writeTokens(home: string, tokens: readonly NamedToken[]): void {
  makePrivateFolder(home)
  writeFileWhole(tokenFileOf(home), `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`, 0o600)
}

/** The tokens as they are now. A file that cannot be used has none, and is told of once. */
export class TokenWatch {
  readonly #home: string
  readonly #report: (line: string) => void
  #seen = ''
  #tokens: ReadonlyMap<string, NamedToken> = new Map()

  constructor(home: string, report: (line: string) => void) {
    this.#home = home
    this.#report = report
  }

  /** Undefined: there is none, or its time is over. */
  find(token: string, now: number): NamedToken | undefined {
    this.#look()
    const found = this.#tokens.get(hashOf(token))
    return found === undefined || found.until <= now ? undefined : found
  }

  /** A change is a new file (`writeFileWhole`), so that its number tells it, however quickly it follows. */
  #look(): void {
    const found = statSync(tokenFileOf(this.#home), { throwIfNoEntry: false, bigint: true })
    const seen = found === undefined ? '' : `${found.ino} ${found.mtimeNs} ${found.size} ${found.mode}`
    if (seen === this.#seen) return
    this.#seen = seen
    try {
      this.#tokens = new Map(readTokens(this.#home).map((token) => [token.hash, token]))
    } catch (error) {
      this.#tokens = new Map()
      const problem = error instanceof KeyringError ? error.sentence : (error as Error).message
      this.#report(`no token is taken: ${problem}`)
    }
  }
}
