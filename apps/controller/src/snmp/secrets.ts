/**
 * Secrets of SNMP in a file, so that no configuration, command line or backup of one has them. They stay out of errors, too:
 * what cannot be read of the file is told by its line alone.
 * @module
 */
import { KeyringError, readSecretFile } from '@vagus/keyring/secret-file'
import { type SecretName, secretsNeeded, type SnmpTarget } from './settings.ts'

export type SnmpSecrets = Readonly<Partial<Record<SecretName, string>>>

const names: readonly string[] = ['auth', 'privacy', 'community'] satisfies SecretName[]
/** RFC 3414 section 11.2. */
const leastLength = 8
const longest = 255
const example = `such as:
  auth: SECRET
  privacy: SECRET`

/** What `target` needs. @throws {RangeError} that says what is wrong with its file */
export function secretsOf(target: Pick<SnmpTarget, 'version' | 'level' | 'secretsFile'>): SnmpSecrets {
  const needed = secretsNeeded(target)
  if (needed.length === 0) return {}
  const { secretsFile: path } = target
  if (path === undefined) throw new RangeError(`needs "secretsFile" with ${needed.join(' and ')}`)
  const found = secretsIn(contentOf(path), path)
  const missing = needed.filter((name) => found[name] === undefined)
  if (missing.length > 0) throw new RangeError(`${path} must have a line "${missing[0]}: SECRET"`)
  const short = needed.find((name) => name !== 'community' && found[name]!.length < leastLength)
  if (short !== undefined)
    throw new RangeError(`"${short}" in ${path} must have at least ${leastLength} characters (RFC 3414 section 11.2)`)
  return Object.fromEntries(needed.map((name) => [name, found[name]]))
}

function secretsIn(text: string, path: string): SnmpSecrets {
  const found: Record<string, string> = {}
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, name = '', value = ''] = /^\s*(\w+)\s*:\s*(.*?)\s*$/.exec(line) ?? []
    if (!names.includes(name))
      throw new RangeError(`${path}:${at + 1} must be "${names.join('", "')}" and its secret, ${example}`)
    if (found[name] !== undefined) throw new RangeError(`${path}:${at + 1} has "${name}" a second time`)
    const secret = /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value
    if (secret === '' || secret.length > longest)
      throw new RangeError(`${path}:${at + 1}: "${name}" must have 1..${longest} characters`)
    found[name] = secret
  }
  return found
}

function contentOf(path: string): string {
  try {
    return readSecretFile(path)
  } catch (cause) {
    throw cause instanceof KeyringError ? new RangeError(cause.sentence, { cause }) : cause
  }
}
