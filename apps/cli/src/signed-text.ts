/** Signed documents and delegations, from a place that the user names. @module */
import { readFileSync } from 'node:fs'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import { keyringOf, type Whose, withKeyring } from './keyring-options.ts'

/** Far more than a printed resource with its document. */
const maxInputOctets = 2 ** 20

/** The document of an agent of this host, or in a file; `-` is standard input. @throws {Failure} usage, and what the keyring refuses */
export async function documentOf(whose: Whose, word: string): Promise<string> {
  if (word === '-') return standardInput()
  const keyring = await keyringOf(whose)
  if (!keyring.has(word)) return signedText(word)
  return withKeyring(whose, () => keyring.open(word, Date.now()).identity.document)
}

/** A compact JWS in a file, or in the `document`, `delegation` or `proof` of a resource that was printed with `--json`. @throws {Failure} usage */
export function signedText(path: string): string {
  try {
    return jwsIn(readFileSync(path, 'utf8'))
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** Read as a stream: /dev/stdin cannot be opened when it is a socket, as under many programs that start others. */
async function standardInput(): Promise<string> {
  const parts: Buffer[] = []
  let octets = 0
  try {
    for await (const part of process.stdin as AsyncIterable<Buffer>) {
      octets += part.length
      if (octets > maxInputOctets) throw new RangeError(`more than ${maxInputOctets} octets`)
      parts.push(part)
    }
    return jwsIn(Buffer.concat(parts).toString())
  } catch (error) {
    throw unreadable('standard input', error)
  }
}

function jwsIn(text: string): string {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return trimmed
  const { document, delegation, proof } = JSON.parse(trimmed) as Readonly<Record<string, unknown>>
  const jws = document ?? delegation ?? proof
  if (typeof jws !== 'string') throw new RangeError('no text in "document", "delegation" or "proof"')
  return jws
}

function unreadable(what: string, error: unknown): Failure {
  const problem =
    error instanceof RangeError ? error.message : ((error as NodeJS.ErrnoException).code ?? 'it is not JSON')
  return new Failure(exitCode.usage, `${what} cannot be read: ${problem}`, 'a file, "-", or a name of: vagus id show')
}
