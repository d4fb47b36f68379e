/**
 * The one guard for files with secrets: keys, tokens, passwords, the state that holds them. Such a file is for its owner alone
 * (mode 0600), or it is refused with the command that mends it.
 *
 * The file that was opened is looked at, so that nobody can change it in between. Links are followed, because certbot,
 * Kubernetes and a key on a USB stick need them; but not those that a third user made. A pipe is a file, too:
 * `--key-file <(pass show bgp)`.
 * @module
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { KeyringError } from './errors.ts'
import { danglingLink, withSystemErrors } from './private-file.ts'
import { inShell } from './shell-word.ts'

export { KeyringError }

/** Octets of such a file, far above any that is written; a longer one is refused before it fills the memory. */
export const maxSecretFileOctets = 1_048_576

export interface SecretFileOptions {
  /** What to do if somebody may have read the secret: `vagus id rotate NAME`. */
  readonly renewal?: string
  /** Default `maxSecretFileOctets`. */
  readonly maxOctets?: number
}

const groupAndOthers = 0o077
/** Octets of one read. */
const step = 65_536

/** Whether other users than the owner have any right to a file of this mode. */
export const isOpenToOthers = (mode: number): boolean => (mode & groupAndOthers) !== 0
/** As `chmod` takes it: `0644`. */
export const modeText = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0')

/**
 * The text of a file that must be there, without a byte order mark.
 * @throws {KeyringError} `wide-mode`, `foreign`, `damaged` (too long), `unavailable`; its `sentence` says all in one
 */
export function readSecretFile(path: string, options: SecretFileOptions = {}): string {
  const text = readSecretFileIfAny(path, options)
  if (text !== undefined) return text
  const fix = danglingLink(path) ?? `is the path right? to make it: install -m 600 /dev/stdin ${inShell(path)}`
  throw new KeyringError('unavailable', `${path} does not exist`, fix)
}

/** The same; `undefined` where there is no such file. */
export function readSecretFileIfAny(
  path: string,
  { renewal, maxOctets = maxSecretFileOctets }: SecretFileOptions = {},
): string | undefined {
  const file = opened(path)
  if (file === undefined) return undefined
  try {
    checkOpened(
      path,
      withSystemErrors(path, () => fstatSync(file)),
      renewal,
    )
    return new TextDecoder().decode(withSystemErrors(path, () => octetsOf(file, path, maxOctets)))
  } finally {
    closeSync(file)
  }
}

/**
 * The secret that is all of a file, one line, without the line breaks behind it.
 * @throws {KeyringError} as `readSecretFile`; `damaged` where there is no line, are several, or are octets that are not UTF-8
 */
export function readSecret(path: string, options: SecretFileOptions = {}): string {
  const secret = readSecretFile(path, options).replace(/[\r\n]+$/, '')
  const wrong = (problem: string): KeyringError =>
    new KeyringError('damaged', `${path} must hold the secret${problem}`, 'one line of UTF-8, and nothing else')
  if (secret === '') throw wrong(', and is empty')
  if (/[\r\n]/.test(secret)) throw wrong(' alone, and has several lines')
  if (secret.includes('\ufffd')) throw wrong(' in UTF-8, and has other octets')
  return secret
}

function opened(path: string): number | undefined {
  const found = withSystemErrors(path, () => lstatSync(path, { throwIfNoEntry: false }))
  if (found === undefined) return undefined
  const isLink = found.isSymbolicLink()
  if (isLink) checkLink(path, found)
  try {
    return openSync(path, isLink ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === 'EACCES') throw unreadable(path, cause)
    return withSystemErrors(path, () => {
      throw cause
    })
  }
}

/** Who leads us to a file must be who has it, or us, or root: else a user could pass off a secret that he cannot read. */
function checkLink(path: string, { uid }: Stats): void {
  const target = statOf(path)
  if (target === undefined || uid === target.uid || isOurs(uid)) return
  throw new KeyringError(
    'foreign',
    `${path} is a link that user ${uid} made, to a file of user ${target.uid}`,
    `name the file itself, or make the link anew: rm ${inShell(path)}`,
  )
}

function checkOpened(path: string, stat: Stats, renewal: string | undefined): void {
  const word = inShell(path)
  if (!stat.isFile() && !stat.isFIFO())
    throw new KeyringError('damaged', `${path} is ${kindOf(stat)}, not a file`, 'name a file')
  if (isOpenToOthers(stat.mode))
    throw new KeyringError(
      'wide-mode',
      `${path} has mode ${modeText(stat.mode)}, so users other than its owner may know its secrets; it must be 0600`,
      `chmod 600 ${word}${renewal === undefined ? '' : `   (and if someone may have read it: ${renewal})`}`,
    )
  // Root may read what a service of another user reads. Who else can has a capability, or a disk that knows no owners.
  if (isOurs(stat.uid) || ownUser() === 0) return
  throw new KeyringError(
    'foreign',
    `${path} belongs to user ${stat.uid}, who knows its secrets; it must be of user ${ownUser()} or of root`,
    `as root: chown ${ownUser()} ${word}`,
  )
}

function unreadable(path: string, cause: unknown): KeyringError {
  const owner = statOf(path)?.uid
  if (owner === undefined || owner === ownUser())
    return new KeyringError(
      'unavailable',
      `${path} cannot be read: EACCES`,
      `see who may: namei -l ${inShell(path)}`,
      cause,
    )
  return new KeyringError(
    'foreign',
    `${path} belongs to user ${owner}, so user ${ownUser()} cannot read it`,
    `as user ${owner}, or as root: chown ${ownUser()} ${inShell(path)}`,
    cause,
  )
}

function octetsOf(file: number, path: string, most: number): Buffer {
  const parts: Buffer[] = []
  let length = 0
  for (;;) {
    const part = Buffer.allocUnsafeSlow(step)
    const read = readSync(file, part)
    if (read === 0) return Buffer.concat(parts)
    length += read
    if (length > most)
      throw new KeyringError('damaged', `${path} has more than ${most} octets`, 'name the file with the secret')
    parts.push(part.subarray(0, read))
  }
}

const kindOf = (stat: Stats): string => (stat.isDirectory() ? 'a folder' : stat.isSocket() ? 'a socket' : 'a device')
const isOurs = (uid: number): boolean => uid === 0 || uid === ownUser()
/** By its rights now, not those that it was started with. */
const ownUser = (): number => process.geteuid?.() ?? 0

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined // behind a folder that we may not search
  }
}
