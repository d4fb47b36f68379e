/** The shared key of a session (RFC 2385) in a file, so that no command line and no configuration has it. @module */
import { readFileSync, statSync } from 'node:fs'

const groupAndOthers = 0o077
const longestKey = 80

/** The key without the line break behind it, 1..80 octets. @throws {RangeError} that says what is wrong with the file */
export function readKeyFile(path: string): string {
  const { mode, text } = contentOf(path)
  if ((mode & groupAndOthers) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0')
    throw new RangeError(`key file ${path} has mode ${octal}, so others may know the key; it must be 0600`)
  }
  const key = text.replace(/\r?\n$/, '')
  const octets = Buffer.byteLength(key)
  if (octets >= 1 && octets <= longestKey) return key
  throw new RangeError(`key file ${path} must hold 1..${longestKey} octets, got ${octets}`)
}

function contentOf(path: string): { readonly mode: number; readonly text: string } {
  try {
    return { mode: statSync(path).mode, text: readFileSync(path, 'utf8') }
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    throw new RangeError(`key file ${path} cannot be read: ${code}`, { cause })
  }
}
