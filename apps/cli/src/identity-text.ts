/** An identity, for people and for programs. @module */
import { aliasOf, type Binding, type Identity, type Locator } from '@vagus/identity'
import { agoText, durationText, unknown } from './format.ts'
import type { Paint } from './paint.ts'

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** `{"apiVersion":"vagus/v1","kind":"Identity",…}`; keys in base64url. */
export function identityResource(identity: Identity, name: string | undefined): object {
  const { id, tag, organisation, epoch, role, skills, alsoKnownAs, keys, locators, bindings, keyLog, document } =
    identity
  const text = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')
  return {
    apiVersion: 'vagus/v1',
    kind: 'Identity',
    name: name ?? null,
    id,
    tag,
    organisation,
    epoch,
    role,
    skills,
    alsoKnownAs,
    issuedAt: time(identity.issuedAt),
    expiresAt: time(identity.expiresAt),
    rotations: keyLog.length - 1,
    keys: { ed25519: text(keys.ed25519), x25519: text(keys.x25519), mlKem768: text(keys.mlKem768) },
    locators: locators.map(({ network, sequence, addresses, exp }) => ({
      network,
      sequence,
      addresses,
      expiresAt: time(exp * 1000),
    })),
    bindings: bindings.map(({ kind, value, exp, attested }) => ({
      kind,
      value,
      expiresAt: time(exp * 1000),
      attested: attested ?? null,
    })),
    document,
  }
}

/** One fact per line. @param now milliseconds since 1970 */
export function identityText(identity: Identity, name: string | undefined, now: number, paint: Paint): string {
  const { id, tag, organisation, epoch, role, skills, alsoKnownAs, locators, bindings, keyLog } = identity
  const others = alsoKnownAs.filter((alias) => name === undefined || alias !== aliasOf(name))
  const rotations = keyLog.length - 1
  const rows: readonly (readonly [string, string])[] = [
    ['id', id],
    ['tag', `${tag}${organisation === 0 ? '' : `   organisation ${organisation}`}`],
    ['role', role],
    ['skills', skills.length === 0 ? unknown : skills.join(', ')],
    ...(others.length === 0 ? [] : [['also', others.join(', ')] as const]),
    [
      'document',
      `epoch ${epoch}, signed ${agoText(time(identity.issuedAt), time(now))}, ${validityText(identity, now, paint)}`,
    ],
    [
      'keys',
      `Ed25519, X25519, ML-KEM-768; rotated ${rotations === 1 ? 'once' : rotations === 0 ? 'never' : `${rotations} times`}`,
    ],
    ...locators.map((locator) => [`at ${locator.network}`, locatorText(locator, now, paint)] as const),
    ...bindings.map((binding) => [binding.kind, bindingText(binding, now, paint)] as const),
  ]
  const width = Math.max(...rows.map(([what]) => what.length))
  const lines = rows.map(([what, is]) => `  ${what.padEnd(width)}  ${is}`)
  return [paint.strong(name ?? 'an agent that claims no name'), ...lines].join('\n')
}

/** `expires in 29d 23h`. */
export function validityText({ expiresAt }: Pick<Identity, 'expiresAt'>, now: number, paint: Paint): string {
  const seconds = (expiresAt - now) / 1000
  return seconds > 0 ? `expires in ${durationText(seconds)}` : paint.bad(`expired ${durationText(-seconds)} ago`)
}

function bindingText({ value, exp, attested }: Binding, now: number, paint: Paint): string {
  const how = attested === undefined ? 'claimed' : 'with an attestation'
  return `${value}   ${paint.faint(`${how}, ${validityText({ expiresAt: exp * 1000 }, now, paint)}`)}`
}

function locatorText({ addresses, sequence, exp }: Locator, now: number, paint: Paint): string {
  const where = addresses.length === 0 ? 'nowhere' : addresses.join(' ')
  return `${where}   ${paint.faint(`number ${sequence}, ${validityText({ expiresAt: exp * 1000 }, now, paint)}`)}`
}
