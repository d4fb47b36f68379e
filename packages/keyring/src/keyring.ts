/**
 * The agents of this host, one folder each:
 *
 *   NAME/keys.json      the keys in use, mode 0600          NAME/document.jws   the newest signed document
 *   NAME/next-key.json  the key committed to, mode 0600     NAME/roster.jws     its newest roster, if it owns a fleet
 *                                                           NAME/intents.jws    its newest set of intents, and the former
 *
 * A document is on disk before anyone sees it, so that no epoch is used twice. A rotation writes the keys first and the
 * document last; if it is interrupted in between, opening the agent completes it. Lost keys can be replaced by a
 * rotation as long as the document and the committed key exist. For that reason `create` refuses a folder that holds
 * any of an agent's files.
 * @module
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  agentIdOf,
  aliasOf,
  beginKeyLog,
  clockSkewSeconds,
  type Identity,
  isAgentName,
  type KeyLog,
  nameRule,
  type Roster,
  rotateKey,
} from '@vagus/identity'
import { identityCrypto, randomOctets, signerOf } from '@vagus/transport/identity-crypto'
import { KeyringError } from './errors.ts'
import { withFileLock } from './file-lock.ts'
import { freshSeeds, readNextSeed, readSeeds, type Seeds, writeNextSeed, writeSeeds } from './key-files.ts'
import type { DocumentChanges, LocalAgent } from './local-agent.ts'
import type { IntentSet } from '@vagus/intent'
import { type IntentChanges, readOwnIntents, writeOwnIntents } from './own-intents.ts'
import { readOwnRoster, type RosterChanges, writeOwnRoster } from './own-roster.ts'
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

/** More folders than anyone looks through; a fleet has one keyring per machine. */
export const maxAgents = 1000

export interface NewAgent {
  readonly role: string
  readonly skills: readonly string[]
  /** 0..2^28-1; 0 means none. It is part of the agent's tag, so it never changes. */
  readonly organisation: number
  /** URIs in addition to the name. */
  readonly alsoKnownAs: readonly string[]
  /** Validity of its documents in seconds, at most a year and a day. */
  readonly holdsSeconds: number
}

const files = {
  keys: 'keys.json',
  nextKey: 'next-key.json',
  document: 'document.jws',
  roster: 'roster.jws',
  intents: 'intents.jws',
  formerIntents: 'intents-former.jws',
  lock: 'lock',
} as const
/** The files worth keeping. A lock does not count: a process that was killed may have left it. */
const ownFiles = ['keys', 'nextKey', 'document'] as const

export class Keyring {
  /** For example `~/.vagus/agents`. Created together with the first agent. */
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** Names in alphabetical order, at most `maxAgents`, including agents that lack some of their files. */
  names(): readonly string[] {
    if (!existsSync(this.folder)) return []
    return withSystemErrors(this.folder, () => readdirSync(this.folder))
      .filter((name) => this.#hasFiles(name))
      .sort()
      .slice(0, maxAgents)
  }

  /** Whether an agent of that name has keys. */
  has(name: string): boolean {
    return isAgentName(name) && existsSync(this.#path(name, 'keys'))
  }

  /** Where the key for the next rotation is expected. */
  nextKeyFile(name: string): string {
    return this.#path(name, 'nextKey')
  }

  /**
   * Makes keys and the first document.
   * @param now milliseconds since 1970
   * @throws {KeyringError} `exists`, `refused`, `unavailable`
   */
  create(name: string, agent: NewAgent, now: number): LocalAgent {
    if (!isAgentName(name)) throw misnamed(name)
    if (this.names().length >= maxAgents) throw refused(`${this.folder} holds ${maxAgents} agents already, the maximum`)
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
      writeSeeds(this.#path(name, 'keys'), seeds) // last: this makes the agent exist
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

  /**
   * The Ed25519 seed (32 octets) of the key in use, for what must hold the key itself, as TLS does. Undefined when the key
   * was rotated: it is no longer the one by which the agent is named.
   * @throws {KeyringError} as `open`
   */
  namingSeed(name: string, now: number): Uint8Array | undefined {
    const { identity, signer } = this.open(name, now)
    return agentIdOf(signer.publicKey) === identity.id ? this.#seeds(name).ed25519 : undefined
  }

  /**
   * Like `open`, for an agent that is about to run: renews a document that has expired, or whose validity starts in the
   * future because a clock was ahead.
   */
  openToRun(name: string, now: number): LocalAgent {
    const agent = this.open(name, now)
    const { issuedAt, expiresAt } = agent.identity
    return issuedAt <= now + clockSkewSeconds * 1000 && now < expiresAt ? agent : this.renew(name, {}, now)
  }

  /** Signs a newer document and stores it. @throws {KeyringError} as `open`, and `refused` if it breaks a rule */
  renew(name: string, changes: DocumentChanges, now: number): LocalAgent {
    this.open(name, now)
    return this.#alone(name, () => {
      const seeds = this.#seeds(name)
      const before = this.#document(name)
      return this.#publish(name, seeds, statementAfter(before, changes, now), before.keyLog)
    })
  }

  /**
   * Takes the committed key into use, together with fresh X25519 and ML-KEM keys; the name stays. `nextKeyFile` is
   * where the owner keeps the committed key if it is not beside the others; its successor is written to the same place.
   * If an earlier rotation was interrupted, completes that one and starts no other. Works without the keys in use, if
   * they are lost or damaged.
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

  /** Names of those that own a fleet. */
  owners(): readonly string[] {
    return this.names().filter((name) => existsSync(this.rosterFile(name)))
  }

  /** Where the newest roster of that owner is. */
  rosterFile(name: string): string {
    return this.#path(name, 'roster')
  }

  /** The newest roster that the agent has signed, even if it has expired; `undefined`: it owns no fleet. @throws {KeyringError} */
  roster(name: string): Roster | undefined {
    if (!this.#hasFiles(name)) throw this.#unknown(name)
    return readOwnRoster(this.rosterFile(name))
  }

  /**
   * Signs the next roster of the owner and stores it. `change` gets the newest one, and is called while no other process
   * changes it; `undefined`: the agent owns no fleet yet.
   * @param now milliseconds since 1970
   * @throws {KeyringError} as `open`, and `refused` if it breaks a rule; and what `change` throws
   */
  signRoster(name: string, change: (before: Roster | undefined) => RosterChanges, now: number): Roster {
    this.open(name, now)
    return this.#alone(name, () => {
      const path = this.rosterFile(name)
      const before = readOwnRoster(path)
      const signing = { name, identity: this.#document(name), seeds: this.#seeds(name) }
      return writeOwnRoster(path, signing, before, change(before), now)
    })
  }

  /** The newest set of intents that the agent has signed, and the one before; `undefined`: there is none. @throws {KeyringError} */
  intents(name: string): { readonly newest: IntentSet | undefined; readonly former: IntentSet | undefined } {
    if (!this.#hasFiles(name)) throw this.#unknown(name)
    return {
      newest: readOwnIntents(this.#path(name, 'intents')),
      former: readOwnIntents(this.#path(name, 'formerIntents')),
    }
  }

  /**
   * Signs the next set of intents of the owner and stores it. @param now milliseconds since 1970
   * @throws {KeyringError} as `open`, and `refused` if it breaks a rule
   */
  signIntents(name: string, changes: IntentChanges, now: number): IntentSet {
    this.open(name, now)
    return this.#alone(name, () => {
      const files = { newest: this.#path(name, 'intents'), former: this.#path(name, 'formerIntents') }
      const signing = { identity: this.#document(name), seeds: this.#seeds(name) }
      return writeOwnIntents(files, signing, readOwnIntents(files.newest), changes, now)
    })
  }

  /** @throws {KeyringError} `unknown-agent`, `unavailable` */
  remove(name: string): void {
    if (!this.#hasFiles(name)) throw this.#unknown(name)
    withSystemErrors(this.folder, () => rmSync(join(this.folder, name), { recursive: true }))
  }

  /** The agent's files by name, between two changes of them: for a copy. @throws {KeyringError} */
  filesOf(name: string): ReadonlyMap<string, Uint8Array> {
    if (!this.#hasFiles(name)) throw this.#unknown(name)
    const { lock: _, ...kept } = files
    return this.#alone(name, () => {
      const there = (Object.keys(kept) as (keyof typeof kept)[]).filter((file) => existsSync(this.#path(name, file)))
      return new Map(there.map((file) => [files[file], readOctets(this.#path(name, file))]))
    })
  }

  /** The keys in use are already those of the next event: writes what is missing. */
  #completeRotation(name: string, now: number, nextKeyFile = this.nextKeyFile(name)): LocalAgent {
    const seeds = this.#seeds(name)
    const before = this.#document(name)
    if (isKeyOf(seeds, before)) return localAgent(name, before, seeds)
    const kept = readNextSeed(nextKeyFile)
    // The key is kept elsewhere, and its successor belongs there too. The copy found here may be old.
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

  /** What to do if the keys in use are lost. */
  #withoutKeys(name: string): string {
    const other = existsSync(this.#path(name, 'document'))
      ? `take the next key into use: vagus id rotate ${name} [--next-key FILE]`
      : `give up the agent: rm -r ${join(this.folder, name)}`
    return `put back a copy of ${this.#path(name, 'keys')}, or ${other}`
  }

  #hasFiles(name: string): boolean {
    return isAgentName(name) && ownFiles.some((file) => existsSync(this.#path(name, file)))
  }

  /** Our own document, even if it has expired: renewing fixes that. */
  #document(name: string): Identity {
    const path = this.#path(name, 'document')
    return readOwnDocument(path, withSystemErrors(path, () => readFileSync(path, 'utf8')).trim())
  }

  #unknown(name: string): KeyringError {
    const known = this.names().slice(0, 8).join(', ')
    const fix = known === '' ? 'create it: vagus id new NAME' : `there are ${known}; create another: vagus id new NAME`
    return new KeyringError('unknown-agent', `there is no agent "${name.slice(0, 80)}" in ${this.folder}`, fix)
  }

  #alone<T>(name: string, body: () => T): T {
    return withFileLock(join(this.folder, name, files.lock), body)
  }

  #path(name: string, file: keyof typeof files): string {
    return join(this.folder, name, files[file])
  }
}

const readOctets = (path: string): Uint8Array => withSystemErrors(path, () => readFileSync(path))

function misnamed(name: string): KeyringError {
  const near = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '')
  const fix = isAgentName(near) ? `such as ${near}` : 'such as report-writer'
  return refused(`an agent's name must be ${nameRule}, got "${name.slice(0, 80)}"`, fix)
}

const refused = (problem: string, fix = 'see: vagus id new --help'): KeyringError =>
  new KeyringError('refused', problem, fix)

const otherNextKey = (name: string): string => `say where you keep it: vagus id rotate ${name} --next-key FILE`

const noNextKey = (name: string, file: string): KeyringError =>
  new KeyringError('no-next-key', `the committed next key is not in ${file}`, otherNextKey(name))

const cutShort = (name: string, problem: string): KeyringError =>
  new KeyringError(
    'no-next-key',
    `a rotation of "${name}" was interrupted, and ${problem}`,
    `complete it with the file it was started with: vagus id rotate ${name} --next-key FILE`,
  )
