/**
 * The agents of this host, a folder each:
 *
 *   NAME/keys.json      the keys in use, mode 0600          NAME/document.jws   the newest signed document
 *   NAME/next-key.json  the key committed to, mode 0600
 *
 * A document is on the disk before anybody sees it, so that its epoch is never given twice. A rotation writes the keys
 * first and the document last; one that was cut short in between is completed when the agent is opened. Keys that were
lost are had back by a rotation, as long as the document and the key committed to are there: so no agent is made over
what is left of another.
 * @module
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  aliasOf,
  beginKeyLog,
  clockSkewSeconds,
  type Identity,
  isAgentName,
  type KeyLog,
  nameRule,
  rotateKey,
} from '@vagus/identity'
import { identityCrypto, randomOctets, signerOf } from '@vagus/transport'
import { KeyringError } from './errors.ts'
import { withFileLock } from './file-lock.ts'
import { freshSeeds, readNextSeed, readSeeds, type Seeds, writeNextSeed, writeSeeds } from './key-files.ts'
import type { DocumentChanges, LocalAgent } from './local-agent.ts'
import { makePrivateFolder, withSystemErrors, writeFileWhole } from './private-file.ts'
import {
  isKeyOf,
  localAgent,
  readOwnDocument,
  signStatement,
  type Statement,
  statementAfter,
  wasInUse,
} from './signing.ts'

/** More folders than anybody looks through; a fleet has a keyring per machine. */
export const maxAgents = 1000

export interface NewAgent {
  readonly role: string
  readonly skills: readonly string[]
  /** 0..2^28-1; 0 is none. It is part of the tag, so it stays. */
  readonly organisation: number
  /** URIs besides the name. */
  readonly alsoKnownAs: readonly string[]
  /** How long its documents hold, in seconds: at most a year and a day. */
  readonly holdsSeconds: number
}

const files = { keys: 'keys.json', nextKey: 'next-key.json', document: 'document.jws', lock: 'lock' } as const
/** Each of them is worth keeping; a lock may be left by a process that was killed. */
const ownFiles = ['keys', 'nextKey', 'document'] as const

export class Keyring {
  /** Such as `~/.vagus/agents`; it is made when the first agent is. */
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** Names in the order of the alphabet, at most `maxAgents`; also of agents whose files are not all there. */
  names(): readonly string[] {
    if (!existsSync(this.folder)) return []
    return withSystemErrors(this.folder, () => readdirSync(this.folder))
      .filter((name) => this.#hasFiles(name))
      .sort()
      .slice(0, maxAgents)
  }

  /** Whether there are keys of that name. */
  has(name: string): boolean {
    return isAgentName(name) && existsSync(this.#path(name, 'keys'))
  }

  /** Where the key that the next rotation needs is looked for. */
  nextKeyFile(name: string): string {
    return this.#path(name, 'nextKey')
  }

  /** Makes keys and the first document. @param now milliseconds since 1970 @throws {KeyringError} `exists`, `refused`, `unavailable` */
  create(name: string, agent: NewAgent, now: number): LocalAgent {
    if (!isAgentName(name)) throw refused(`an agent's name must be ${nameRule}, got "${name.slice(0, 80)}"`)
    if (this.names().length >= maxAgents) throw refused(`there are ${maxAgents} agents in ${this.folder} already`)
    makePrivateFolder(this.folder)
    makePrivateFolder(join(this.folder, name))
    return this.#alone(name, () => {
      if (this.#hasFiles(name)) {
        const fix = this.has(name) ? `see it: vagus id show ${name}` : this.#withoutKeys(name)
        throw new KeyringError('exists', `there is an agent "${name}" already`, fix)
      }
      const seeds = freshSeeds()
      const next = randomOctets(32)
      const log = beginKeyLog(signerOf(seeds.ed25519), signerOf(next).publicKey, identityCrypto)
      const seconds = Math.floor(now / 1000)
      const { role, skills, organisation, holdsSeconds } = agent
      const alsoKnownAs = [aliasOf(name), ...agent.alsoKnownAs]
      const validity = { epoch: 0, iat: seconds, exp: seconds + holdsSeconds }
      const identity = signStatement({ ...validity, role, skills, organisation, alsoKnownAs, locators: [] }, log, seeds)
      writeNextSeed(this.#path(name, 'nextKey'), next)
      writeFileWhole(this.#path(name, 'document'), `${identity.document}\n`, 0o644)
      writeSeeds(this.#path(name, 'keys'), seeds) // last: with it the agent is there
      return localAgent(name, identity, seeds)
    })
  }

  /** @throws {KeyringError} `unknown-agent`, `wide-mode`, `damaged`, `no-next-key`, `unavailable` */
  open(name: string, now: number): LocalAgent {
    const seeds = this.#seeds(name)
    const identity = this.#document(name)
    if (isKeyOf(seeds, identity)) return localAgent(name, identity, seeds)
    return this.#alone(name, () => this.#completeRotation(name, now))
  }

  /** As `open`, for an agent that is to be run: a document that has ended, or begins later by a clock that was ahead, is renewed. */
  openToRun(name: string, now: number): LocalAgent {
    const agent = this.open(name, now)
    const { issuedAt, expiresAt } = agent.identity
    return issuedAt <= now + clockSkewSeconds * 1000 && now < expiresAt ? agent : this.renew(name, {}, now)
  }

  /** Signs a newer document, and writes it down. @throws {KeyringError} as `open`, and `refused` when it breaks a rule */
  renew(name: string, changes: DocumentChanges, now: number): LocalAgent {
    this.open(name, now)
    return this.#alone(name, () => {
      const seeds = this.#seeds(name)
      const before = this.#document(name)
      return this.#publish(name, seeds, statementAfter(before, changes, now), before.keyLog)
    })
  }

  /**
   * Takes the key that was committed to into use, with fresh keys beside it; the name stays. `nextKeyFile` is where the
   * owner keeps that key when it is not beside the others; the one after it is written to the same place. One that was cut
   * short is completed, and no other begun. Keys in use that are lost or damaged are not needed.
   * @throws {KeyringError} as `renew`, and `no-next-key`
   */
  rotate(name: string, now: number, nextKeyFile = this.nextKeyFile(name)): LocalAgent {
    if (!this.#hasFiles(name)) throw this.#unknown(name)
    return this.#alone(name, () => {
      const identity = this.#document(name)
      const seeds = this.#seedsUnlessLost(name)
      if (seeds !== undefined && !isKeyOf(seeds, identity)) return this.#completeRotation(name, now, nextKeyFile)
      const { keyLog } = identity
      const committed = readNextSeed(nextKeyFile)
      if (committed === undefined) throw noNextKey(name, nextKeyFile)
      const probe = rotateKey(keyLog, signerOf(committed), signerOf(committed).publicKey, identityCrypto)
      if ('type' in probe) throw refused(`${nextKeyFile}: ${probe.because.problem}`, otherNextKey(name))
      writeSeeds(this.#path(name, 'keys'), freshSeeds(committed))
      return this.#completeRotation(name, now, nextKeyFile)
    })
  }

  /** @throws {KeyringError} `unknown-agent`, `unavailable` */
  remove(name: string): void {
    if (!this.#hasFiles(name)) throw this.#unknown(name)
    withSystemErrors(this.folder, () => rmSync(join(this.folder, name), { recursive: true }))
  }

  /** The keys are those of the next event already: writes what is missing of it. */
  #completeRotation(name: string, now: number, nextKeyFile = this.nextKeyFile(name)): LocalAgent {
    const seeds = this.#seeds(name)
    const before = this.#document(name)
    if (isKeyOf(seeds, before)) return localAgent(name, before, seeds)
    const kept = readNextSeed(nextKeyFile)
    // It is kept elsewhere, and the one after it shall be, too; what is here may be a copy that is old.
    if (kept === undefined) throw cutShort(name, `${nextKeyFile} is not there`)
    if (wasInUse(kept, before)) throw cutShort(name, `${nextKeyFile} holds a key that was used before`)
    const next = Buffer.from(seeds.ed25519).equals(kept) ? randomOctets(32) : kept
    const log = rotateKey(before.keyLog, signerOf(seeds.ed25519), signerOf(next).publicKey, identityCrypto)
    if ('type' in log) {
      throw new KeyringError(
        'damaged',
        `${this.#path(name, 'keys')} does not belong to ${this.#path(name, 'document')}: ${log.because.problem}`,
        'put back a copy of both files from the same time',
      )
    }
    if (next !== kept) writeNextSeed(nextKeyFile, next)
    return this.#publish(name, seeds, statementAfter(before, {}, now), log)
  }

  #publish(name: string, seeds: Seeds, statement: Statement, log: KeyLog): LocalAgent {
    const identity = signStatement(statement, log, seeds)
    writeFileWhole(this.#path(name, 'document'), `${identity.document}\n`, 0o644)
    return localAgent(name, identity, seeds)
  }

  #seeds(name: string): Seeds {
    if (!this.#hasFiles(name)) throw this.#unknown(name)
    const path = this.#path(name, 'keys')
    const fix = this.#withoutKeys(name)
    const seeds = readSeeds(path, fix)
    if (seeds === undefined) throw new KeyringError('damaged', `${path} is not there`, fix)
    return seeds
  }

  #seedsUnlessLost(name: string): Seeds | undefined {
    try {
      return this.#seeds(name)
    } catch (error) {
      if (error instanceof KeyringError && error.code === 'damaged') return undefined
      throw error
    }
  }

  /** What to do when the keys in use are lost. */
  #withoutKeys(name: string): string {
    const other = existsSync(this.#path(name, 'document'))
      ? `take the key that follows into use: vagus id rotate ${name} [--next-key FILE]`
      : `give the agent up: rm -r ${join(this.folder, name)}`
    return `put back a copy of ${this.#path(name, 'keys')}, or ${other}`
  }

  #hasFiles(name: string): boolean {
    return isAgentName(name) && ownFiles.some((file) => existsSync(this.#path(name, file)))
  }

  /** Our own document, also when it has expired: renewing mends that. */
  #document(name: string): Identity {
    const path = this.#path(name, 'document')
    return readOwnDocument(path, withSystemErrors(path, () => readFileSync(path, 'utf8')).trim())
  }

  #unknown(name: string): KeyringError {
    const known = this.names().slice(0, 8).join(', ')
    const fix = known === '' ? 'make it: vagus id new NAME' : `there are ${known}; make another: vagus id new NAME`
    return new KeyringError('unknown-agent', `there is no agent "${name.slice(0, 80)}" in ${this.folder}`, fix)
  }

  #alone<T>(name: string, body: () => T): T {
    return withFileLock(join(this.folder, name, files.lock), body)
  }

  #path(name: string, file: keyof typeof files): string {
    return join(this.folder, name, files[file])
  }
}

const refused = (problem: string, fix = 'see: vagus id new --help'): KeyringError =>
  new KeyringError('refused', problem, fix)

const otherNextKey = (name: string): string => `say where you keep it: vagus id rotate ${name} --next-key FILE`

const noNextKey = (name: string, file: string): KeyringError =>
  new KeyringError('no-next-key', `the key that may follow is not in ${file}`, otherNextKey(name))

const cutShort = (name: string, problem: string): KeyringError =>
  new KeyringError(
    'no-next-key',
    `a rotation of "${name}" was cut short, and ${problem}`,
    `complete it with the file that it was begun with: vagus id rotate ${name} --next-key FILE`,
  )
