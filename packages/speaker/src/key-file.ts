/** The shared key of a session (RFC 2385) in a file, so that no command line and no configuration has it. @module */
import { KeyringError, readSecret } from '@vagus/keyring/secret-file'

const longestKey = 80

/** The key without the line break behind it, 1..80 octets. @throws {RangeError} that says what is wrong with the file */
export function readKeyFile(path: string): string {
  const key = secretIn(path)
  const octets = Buffer.byteLength(key)
  if (octets <= longestKey) return key
  throw new RangeError(`key file ${path} must hold 1..${longestKey} octets, got ${octets}`)
}

function secretIn(path: string): string {
  try {
    return readSecret(path)
  } catch (cause) {
    throw cause instanceof KeyringError ? new RangeError(`key file ${cause.sentence}`, { cause }) : cause
  }
}
