/**
 * What a signed roster says of its age, read before anything of it is verified. It shows only that a roster is too old: one
 * that says so is refused, whoever signed it, and a megabyte of it need not be read.
 * @module
 */
import { decodeBase64url } from './base64url.ts'
import { isList, type JsonValue } from './canonical.ts'
import type { CompactJws } from './jws.ts'
import { maxKeyEvents } from './key-log.ts'
import { settle } from './refusal.ts'
import type { Roster } from './roster.ts'

/** Characters of base64url in which epoch and log stand: an event of a log has some 400. A multiple of four. */
const readCharacters = maxKeyEvents * 1024
/** Members are sorted (RFC 8785 §3.2.3). Events of a log hold no bracket: they are compact JWS. */
const beginning = /^\{"epoch":(?<epoch>\d{1,16}),"exp":\d+,"iat":\d+,"log":(?<log>\[[^\]]*\]),/

/** `undefined` where it is not found at once, as before members that we do not know, or in what is no roster. */
export function claimedVersionOf(jws: CompactJws): Pick<Roster, 'epoch' | 'keyLog'> | undefined {
  const from = jws.indexOf('.') + 1
  const end = jws.indexOf('.', from)
  if (from === 0 || end < 0) return undefined
  const octets = settle(() => decodeBase64url(jws.slice(from, Math.min(end, from + readCharacters))))
  if ('type' in octets) return undefined
  const { epoch, log } = beginning.exec(new TextDecoder().decode(octets))?.groups ?? {}
  const keyLog = log === undefined ? undefined : textsOf(log)
  return keyLog === undefined ? undefined : { epoch: Number(epoch), keyLog }
}

function textsOf(json: string): readonly string[] | undefined {
  try {
    const value = JSON.parse(json) as JsonValue
    return isList(value) && value.every((one) => typeof one === 'string') ? value : undefined
  } catch {
    return undefined
  }
}
