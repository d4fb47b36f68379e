/** The agent that a program speaks for. @module */
import { join } from 'node:path'
import { KeyringError } from './errors.ts'
import type { Keyring } from './keyring.ts'
import type { LocalAgent } from './local-agent.ts'

/** How long documents of an agent that is made on the way hold, in seconds; each renewal begins anew. */
const holdsSeconds = 30 * 86_400

export interface OwnAgentOptions {
  readonly keyring: Keyring
  readonly name: string
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** The agent of that name, made when the keyring has none. @throws {KeyringError} */
export function ownAgent({ keyring, name, report }: OwnAgentOptions): LocalAgent {
  const now = Date.now()
  if (keyring.has(name)) return keyring.openToRun(name, now)
  try {
    const made = keyring.create(name, { role: name, skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds }, now)
    report(`${name} is new on this host: its keys are in ${join(keyring.folder, name)}`)
    return made
  } catch (error) {
    if (!(error instanceof KeyringError) || error.code !== 'exists') throw error
    return keyring.openToRun(name, now) // another process made it meanwhile
  }
}
