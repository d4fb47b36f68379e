/** What this agent presents in every handshake and session. @module */
import {
  credentialsDigest,
  encodeCredentials,
  hybridSuite,
  maxNoticeOctets,
  type Padding,
  type Suite,
} from '@vagus/channel'
import { type AgentId, verifyDocument } from '@vagus/identity'
import { identityCrypto, KeyPool } from '@vagus/transport'
import type { AgentOptions, OwnIdentity } from '../agent.ts'
import { AgentError } from '../errors.ts'
import { KnownPeers } from '../peers/known-peers.ts'

/**
 * Earlier credentials that a pending handshake may have presented. A handshake takes up to ten seconds, and two
 * renewals are further apart.
 */
const maxShown = 6

/** Shared by all agents of the process. */
const keys = new KeyPool()

type OwnPolicy = Pick<AgentOptions, 'suites' | 'padFor' | 'padTo' | 'marks' | 'answersIn'>

export class OwnSide {
  readonly keys = keys
  readonly known: KnownPeers
  readonly suites: readonly Suite[]
  readonly marks: NonNullable<AgentOptions['marks']>
  readonly answersIn: AgentOptions['answersIn']
  readonly #padFor: ReadonlySet<string>
  readonly #padTo: Padding
  id: AgentId
  identity: OwnIdentity
  /** Credentials that a current session may refer to, newest first: a handshake names those of its start. */
  shown: readonly Uint8Array[]
  /** Sent in a handshake in place of the credentials. */
  digest: Uint8Array

  /**
   * @param known the peers this agent has seen
   * @throws {TypeError} if a part of `identity` is missing
   * @throws {AgentError} `wrong-peer` if the document does not verify, names a key other than `static`, or is too long
   * to be presented
   */
  constructor(identity: OwnIdentity, known: KnownPeers, policy: OwnPolicy = {}) {
    const { suites = [hybridSuite], padFor = [], padTo = 'padme', marks = () => 'off', answersIn } = policy
    this.suites = suites
    this.marks = marks
    this.answersIn = answersIn
    this.#padFor = new Set(padFor)
    this.#padTo = padTo
    this.known = known
    const { id, credentials, digest } = checked(identity)
    this.id = id
    this.digest = digest
    this.identity = identity
    this.shown = [credentials]
  }

  paddingFor(role: string): Padding {
    return this.#padFor.has(role) || this.#padFor.has('*') ? this.#padTo : 'none'
  }

  /** Whether it acts in the same name as before, for the same. */
  renew(identity: OwnIdentity): 'same mandate' | 'other mandate' {
    const before = this.identity.delegations
    const { id, credentials, digest } = checked(identity)
    if (id !== this.id)
      throw new AgentError('wrong-peer', `the document belongs to ${id}, but this agent is ${this.id}`)
    Object.assign(this, { identity, digest })
    this.shown = [credentials, ...this.shown].slice(0, maxShown)
    return before.join() === identity.delegations.join() ? 'same mandate' : 'other mandate'
  }
}

const needed = ['document', 'rootDocument', 'delegations', 'static', 'signer'] as const satisfies (keyof OwnIdentity)[]

/** Checks what the compiler requires, because programs without type checks may omit it. @throws {TypeError} */
function checkWhole(identity: Partial<OwnIdentity> | undefined): void {
  const missing = needed.filter((name) => identity?.[name] === undefined)
  if (missing.length === 0) return
  const right = 'ownIdentityOf(keyring.open(NAME, Date.now())) of @vagus/keyring makes it'
  throw new TypeError(`"identity" must have ${needed.join(', ')}; it lacks ${missing.join(', ')}: ${right}`)
}

function checked(identity: OwnIdentity): { id: AgentId; credentials: Uint8Array; digest: Uint8Array } {
  checkWhole(identity)
  const answer = verifyDocument(identity.document, Date.now(), identityCrypto)
  if (answer.type === 'refused') throw new AgentError('wrong-peer', `own document: ${answer.because.problem}`)
  if (Buffer.compare(answer.identity.keys.x25519, identity.static.publicKey) !== 0) {
    throw new AgentError('wrong-peer', 'the own document names another X25519 key than "static"')
  }
  const credentials = encodeCredentials(identity)
  if (credentials.length > maxNoticeOctets) {
    const problem = `document and delegations have ${credentials.length} octets; a session presents at most ${maxNoticeOctets}`
    throw new AgentError('wrong-peer', problem)
  }
  return { id: answer.identity.id, credentials, digest: credentialsDigest(credentials, identityCrypto) }
}
