/**
 * The two files with keys, as JSON:
 *
 *   keys.json      the keys in use      { "version": 1, "ed25519": "…", "x25519": "…", "mlKem768": "…" }
 *   next-key.json  the key after them   { "version": 1, "ed25519": "…" }
 *
 * Each key is stored as its seed in base64url (32, 32 and 64 octets). There are two files so that the second can be
 * kept elsewhere: someone who steals only the first can speak for the agent until its owner rotates, but cannot rotate.
 * @module
 */
import { randomOctets } from '@vagus/transport/identity-crypto'
import { KeyringError } from './errors.ts'
import { writeFileWhole } from './private-file.ts'
import { readSecretFileIfAny } from './secret-file.ts'

export interface Seeds {
  readonly ed25519: Uint8Array
  readonly x25519: Uint8Array
  readonly mlKem768: Uint8Array
}

const seedOctets = { ed25519: 32, x25519: 32, mlKem768: 64 } as const

/** Fresh keys. If the agent has committed to a next key, pass that as `ed25519`. */
export function freshSeeds(ed25519: Uint8Array = randomOctets(seedOctets.ed25519)): Seeds {
  return { ed25519, x25519: randomOctets(seedOctets.x25519), mlKem768: randomOctets(seedOctets.mlKem768) }
}

/**
 * `undefined` if there is no such file. `fix` says what to do about a damaged one.
 * @throws {KeyringError} `wide-mode`, `foreign`, `damaged`, `unavailable`
 */
export function readSeeds(path: string, fix: string): Seeds | undefined {
  return readKeys(path, ['ed25519', 'x25519', 'mlKem768'], fix)
}

/** Like `readSeeds`, for the seed of the next key. If that is damaged, only a backup copy helps. */
export function readNextSeed(path: string): Uint8Array | undefined {
  return readKeys(path, ['ed25519'], 'put back a copy of it')?.ed25519
}

export function writeSeeds(path: string, seeds: Seeds): void {
  writeKeys(path, seeds)
}

export function writeNextSeed(path: string, ed25519: Uint8Array): void {
  writeKeys(path, { ed25519 })
}

function writeKeys(path: string, keys: Partial<Seeds>): void {
  const text = Object.fromEntries(
    Object.entries(keys).map(([kind, seed]) => [kind, Buffer.from(seed).toString('base64url')]),
  )
  writeFileWhole(path, `${JSON.stringify({ version: 1, ...text }, null, 2)}\n`, 0o600)
}

function readKeys<K extends keyof Seeds>(
  path: string,
  kinds: readonly K[],
  fix: string,
): Record<K, Uint8Array> | undefined {
  const damaged = (problem: string): KeyringError => new KeyringError('damaged', `${path} ${problem}`, fix)
  const text = readSecretFileIfAny(path, { renewal: 'vagus id rotate NAME' })
  if (text === undefined) return undefined
  const members = parsed(text)
  if (members?.['version'] !== 1) throw damaged('is not a key file of version 1')
  const keys = kinds.map((kind) => {
    const value = members[kind]
    const octets = typeof value === 'string' ? Buffer.from(value, 'base64url') : undefined
    if (octets?.length !== seedOctets[kind]) throw damaged(`has no ${kind} key of ${seedOctets[kind]} octets`)
    return [kind, new Uint8Array(octets)] as const
  })
  return Object.fromEntries(keys) as Record<K, Uint8Array> // sound: one entry per element of `kinds`
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
