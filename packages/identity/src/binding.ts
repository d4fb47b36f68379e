/**
 * Bindings tie an agent to what other networks call it. They stand in its identity document:
 *
 *   "bindings": [{ "kind": "spiffe", "value": "spiffe://example.org/writer", "exp": 1797776000, "attested": "…" }]
 *
 * Such an entry is a claim, unless `attested` is a statement of somebody else about the same (`attestation.ts`). Readers that
 * know nothing of bindings verify the document as before. Nothing here says whom to admit: bindings tell people who somebody
 * is, and access is decided by the key that a handshake proved.
 * @module
 */
import { AddressError, formatAddress, formatPrefix, parseAddress, parsePrefix } from '@vagus/address'
import { encodeBase64url } from './base64url.ts'
import type { JsonValue } from './canonical.ts'
import type { CompactJws } from './jws.ts'
import { cshake128 } from './keccak.ts'
import { Members } from './members.ts'
import { RefusalError } from './refusal.ts'

/** An agent has an identifier or two in each network that it is in. */
export const maxBindings = 16
/** Room for a key log of some ten rotations in an attestation. */
const maxAttestationCharacters = 8192

/**
 * `weak`: whoever is on the same link can take it, so that it never makes anybody more trusted, whatever the proof.
 * Values are written in one way only: two that name the same are equal.
 */
export const bindingKinds = {
  spiffe: {
    says: 'SPIFFE ID',
    pattern: /^spiffe:\/\/[a-z0-9._-]{1,255}(\/[A-Za-z0-9._-]+)*$/,
    example: 'spiffe://example.org/writer',
    weak: false,
  },
  /** 3GPP TS 23.003 §28.8: an MSISDN (E.164) or an external identifier. */
  gpsi: {
    says: 'GPSI',
    pattern: /^(msisdn-[0-9]{5,15}|extid-[!-?A-~]{1,64}@[a-z0-9.-]{1,190})$/,
    example: 'msisdn-4915112345678',
    weak: false,
  },
  /** What an operator gave instead of a number that can be called. */
  operator: { says: 'operator token', pattern: /^[A-Za-z0-9._~-]{8,128}$/, example: 'a8f4-21c9-77', weak: false },
  /** Hash of an IEEE 802.1AR serial number (`serialHash`): the number itself need not be published. */
  serial: {
    says: 'serial number (hash)',
    pattern: /^[A-Za-z0-9_-]{43}$/,
    example: 'a hash of 43 characters',
    weak: false,
  },
  /** Fabric and node of Matter, 64 bits each. */
  matter: {
    says: 'Matter node',
    pattern: /^[0-9a-f]{16}\/[0-9a-f]{16}$/,
    example: '2906c908d115d362/00000000075bcd15',
    weak: false,
  },
  did: {
    says: 'DID',
    pattern: /^did:(?!key:z6Mk)[a-z0-9]{1,32}:[!-~]{1,200}$/,
    example: 'did:web:example.com',
    weak: false,
  },
  ans: {
    says: 'ANS name',
    pattern: /^ans:\/\/[A-Za-z0-9._-]{1,253}$/,
    example: 'ans://v1.0.0.writer.example.com',
    weak: false,
  },
  mac: { says: 'MAC address', pattern: /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, example: '02:00:5e:10:00:01', weak: true },
  ip: {
    says: 'IP address',
    pattern: /^[0-9a-f.:]{2,45}(\/\d{1,3})?$/,
    example: '192.0.2.7 or 2001:db8::/64',
    weak: true,
  },
} as const satisfies Readonly<Record<string, KindOfBinding>>

interface KindOfBinding {
  readonly says: string
  readonly pattern: RegExp
  readonly example: string
  readonly weak: boolean
}

export type BindingKind = keyof typeof bindingKinds

export interface Binding {
  /** Of `bindingKinds`, or a word that a later version knows. */
  readonly kind: string
  /** 1..255 printable characters. */
  readonly value: string
  /** Seconds since 1970. */
  readonly exp: number
  /** A statement of somebody else about the same; whether it holds is found out by `documentEvidence`. */
  readonly attested?: CompactJws
}

export const isBindingKind = (kind: string): kind is BindingKind => Object.hasOwn(bindingKinds, kind)

/** Whether bindings of that kind never make anybody more trusted; one that nobody knows does not, either. */
export const isWeak = (kind: string): boolean => !isBindingKind(kind) || bindingKinds[kind].weak

/** Why `value` is no value of `kind`, with what would be right; undefined when it is one. */
export function bindingProblem(kind: BindingKind, value: string): string | undefined {
  const { says, pattern, example } = bindingKinds[kind]
  const isRight = value.length <= 255 && pattern.test(value) && (kind !== 'ip' || isCanonicalIp(value))
  return isRight ? undefined : `"${value.slice(0, 80)}" is no ${says}; it must be like ${example}`
}

function isCanonicalIp(value: string): boolean {
  try {
    return (value.includes('/') ? formatPrefix(parsePrefix(value)) : formatAddress(parseAddress(value))) === value
  } catch (error) {
    if (error instanceof AddressError) return false
    throw error
  }
}

const serialContext = new TextEncoder().encode('vagus-802.1AR-serial')

/** The value of a `serial` binding: it shows who knows the number that it is the one, and hides it from who cannot guess it. */
export const serialHash = (serial: string): string =>
  encodeBase64url(cshake128(new TextEncoder().encode(serial), serialContext, 32))

/** @throws {RefusalError} `malformed`, `limit` */
export function readBindings(document: Members): readonly Binding[] {
  if (!document.has('bindings')) return []
  const bindings = document.list('bindings', maxBindings).map(readBinding)
  const keys = new Set(bindings.map(({ kind, value }) => `${kind} ${value}`))
  if (keys.size !== bindings.length) throw new RefusalError('malformed', 'two bindings have the same kind and value')
  return bindings
}

function readBinding(entry: JsonValue): Binding {
  const members = new Members(entry, 'a binding')
  const kind = members.text('kind', /^[a-z0-9][a-z0-9-]{0,31}$/, '"spiffe"')
  const value = members.text('value', /^[!-~]{1,255}$/, '"spiffe://example.org/writer"')
  const problem = isBindingKind(kind) ? bindingProblem(kind, value) : undefined
  if (problem !== undefined) throw new RefusalError('malformed', problem)
  const exp = members.seconds('exp')
  if (!members.has('attested')) return { kind, value, exp }
  const attested = members.text('attested', /^[\w.-]+$/, 'a compact JWS')
  if (attested.length <= maxAttestationCharacters) return { kind, value, exp, attested }
  const problemOfLength = `an attestation of ${attested.length} characters; at most ${maxAttestationCharacters} are read`
  throw new RefusalError('limit', problemOfLength)
}

export const bindingsPayload = (bindings: readonly Binding[]): JsonValue =>
  bindings.map(({ kind, value, exp, attested }) => ({
    kind,
    value,
    exp,
    ...(attested === undefined ? {} : { attested }),
  }))
