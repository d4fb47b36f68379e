/**
 * The identity document: an agent's statement about itself, signed (a JWS over JCS) with the last key of its key log.
 *
 *   { "version": 1, "id": "did:key:z6Mk…", "ait": "fd76:616…", "epoch": 3, "iat": 1790000000, "exp": 1790086400,
 *     "role": "report-writer", "skills": ["report.write"], "alsoKnownAs": ["https://example.com/agents/writer"],
 *     "keys": { "x25519": "…", "mlKem768": "…" }, "log": ["…"],
 *     "locators": [{ "network": "lan", "sequence": 7, "exp": 1790003600, "addresses": ["udp://192.0.2.1:7601"] }] }
 *
 * `bindings` (`binding.ts`) may follow. Members not shown here are signed, kept and passed on. `alsoKnownAs` is a claim:
 * it proves nothing until the other side names this agent too.
 * @module
 */
import { checkTag } from './agent-tag.ts'
import { type Binding, readBindings } from './binding.ts'
import { type JsonValue, readCanonical } from './canonical.ts'
import { type AgentId, keyOfId } from './did-key.ts'
import { checkSignature, type CompactJws, readJws } from './jws.ts'
import { checkKeyLog, type KeyLog, maxKeyEvents } from './key-log.ts'
import { type Locator, readLocators } from './locator.ts'
import { Members } from './members.ts'
import type { IdentityCrypto } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { checkValidity, readValidity } from './validity.ts'

/** Room for a full key log, a post-quantum signature key beside ours, and locators. Longer documents are not read. */
const maxDocumentCharacters = 65_536
/** An agent that has not renewed its document for over a year counts as gone. */
const maxDocumentSeconds = 366 * 86_400
export const maxSkills = 64
const maxAliases = 16
export const documentType = 'vagus-identity'

export const rolePattern = /^[a-z0-9][a-z0-9-]{0,63}$/
/** Lower-case words joined by dots, the wider word first. */
export const skillPattern = /^(?=.{1,128}$)[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$/
const aliasPattern = /^[a-z][a-z0-9+.-]{0,15}:[!-~]{1,255}$/

/** The content of a document that was verified completely. */
export interface Identity {
  readonly id: AgentId
  /** The agent tag, as IPv6 text. */
  readonly tag: string
  /** 0 means none. */
  readonly organisation: number
  /** Grows with every document that the agent signs. */
  readonly epoch: number
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  readonly role: string
  readonly skills: readonly string[]
  readonly alsoKnownAs: readonly string[]
  /** 32, 32 and 1,184 octets. The Ed25519 key is the current one, not the one in the agent's name. */
  readonly keys: { readonly ed25519: Uint8Array; readonly x25519: Uint8Array; readonly mlKem768: Uint8Array }
  readonly locators: readonly Locator[]
  /** What other networks call it, as it says; some may have expired. */
  readonly bindings: readonly Binding[]
  readonly keyLog: KeyLog
  /** The signed document itself, to keep and to pass on. */
  readonly document: CompactJws
}

/**
 * The identity that `document` proves at `now` (milliseconds since 1970). For agents not known yet: if an older
 * document of the agent is known, use `acceptDocument` instead.
 */
export function verifyDocument(
  document: CompactJws,
  now: number,
  crypto: IdentityCrypto,
): { readonly type: 'verified'; readonly identity: Identity } | Refused {
  return settle(() => ({ type: 'verified', identity: checkDocument(document, now, crypto) }))
}

/**
 * The identity that `document` proved when it was issued, even if it has expired since or is not valid yet. For our own
 * documents, and to find out whose a document was. To decide whom to believe now, use `verifyDocument`.
 */
export function verifyWhenIssued(document: CompactJws, crypto: IdentityCrypto): ReturnType<typeof verifyDocument> {
  return settle(() => ({ type: 'verified', identity: checkSigned(document, crypto) }))
}

/** @throws {RefusalError} */
export function checkDocument(document: CompactJws, now: number, crypto: IdentityCrypto): Identity {
  const identity = checkSigned(document, crypto)
  checkValidity({ iat: identity.issuedAt / 1000, exp: identity.expiresAt / 1000 }, now)
  return identity
}

function checkSigned(document: CompactJws, crypto: IdentityCrypto): Identity {
  if (document.length > maxDocumentCharacters) {
    throw new RefusalError(
      'limit',
      `the document has ${document.length} characters; at most ${maxDocumentCharacters} are read`,
    )
  }
  const jws = readJws(document, documentType)
  const identity = readDocument(readCanonical(jws.payload), document, crypto)
  checkSignature(jws, identity.keys.ed25519, crypto)
  return identity
}

function readDocument(value: JsonValue, document: CompactJws, crypto: IdentityCrypto): Identity {
  const members = new Members(value, 'the document')
  members.literal('version', 1)
  const id = members.text('id', /^did:key:/, '"did:key:z6Mk…"')
  const nameKey = keyOfId(id)
  const keyLog = members.texts('log', maxKeyEvents, /^/, 'a key event')
  const state = checkKeyLog(keyLog, crypto)
  if (state.id !== id) throw new RefusalError('key', `the key log belongs to ${state.id}, the document to ${id}`)
  const tag = members.text('ait', /:/, '"fd76:6160:0:5:…"')
  const { iat, exp } = readValidity(members, maxDocumentSeconds)
  const keys = members.object('keys')
  return {
    id,
    tag,
    organisation: checkTag(tag, nameKey),
    epoch: members.integer('epoch', 0, Number.MAX_SAFE_INTEGER),
    issuedAt: iat * 1000,
    expiresAt: exp * 1000,
    role: members.text('role', rolePattern, '"report-writer"'),
    skills: members.texts('skills', maxSkills, skillPattern, '"report.write"'),
    alsoKnownAs: members.has('alsoKnownAs')
      ? members.texts('alsoKnownAs', maxAliases, aliasPattern, '"https://example.com/agents/writer"')
      : [],
    keys: { ed25519: state.key, x25519: keys.octets('x25519', 32), mlKem768: keys.octets('mlKem768', 1184) },
    locators: readLocators(members),
    bindings: readBindings(members),
    keyLog,
    document,
  }
}
