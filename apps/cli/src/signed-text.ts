/** What agents signed, documents and delegations, from where the user says it is. @module */
import { readFileSync } from 'node:fs'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import { keyringOf, type Whose, withKeyring } from './keyring-options.ts'

/** The document of an agent of this host, or in a file; `-` is standard input. @throws {Failure} usage, and what the keyring refuses */
export async function documentOf(whose: Whose, word: string): Promise<string> {
  if (word === '-') return signedText('/dev/stdin')
  const keyring = await keyringOf(whose)
  if (!keyring.has(word)) return signedText(word)
  return withKeyring(whose, () => keyring.open(word, Date.now()).identity.document)
}

/** A compact JWS in a file, or in the `delegation` or `document` of a resource that was printed with `--json`. @throws {Failure} usage */
export function signedText(path: string): string {
  try {
    const text = readFileSync(path, 'utf8').trim()
    if (!text.startsWith('{')) return text
    const { document, delegation } = JSON.parse(text) as { readonly document?: string; readonly delegation?: string }
    return document ?? delegation ?? ''
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code ?? 'it is no JSON'
    throw new Failure(exitCode.usage, `${path} cannot be read: ${problem}`, 'a file, "-", or a name of: vagus id show')
  }
}
