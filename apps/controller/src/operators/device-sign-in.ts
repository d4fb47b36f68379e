/** Signing in for a program without a browser (RFC 8628): a person types its code at the issuer, and the program asks until then. @module */
import { randomBytes } from 'node:crypto'
import type { Person, Refusal } from '@vagus/bearer'
import type { IssuerClient } from './issuer-client.ts'

/** Sign-ins that wait; one more is refused, until one is done or late. */
export const maxWaiting = 64
/** Of one source, as `sourceOf` has it. */
export const maxWaitingEach = 4
/** Milliseconds that one waits at most, whatever the issuer says. */
const longest = 900_000
/** Seconds between two questions, unless the issuer says otherwise (RFC 8628 §3.2). */
const usualPace = 5
const grantType = 'urn:ietf:params:oauth:grant-type:device_code'

export interface Waiting {
  readonly id: string
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete: string | undefined
  /** Seconds. */
  readonly every: number
  /** Milliseconds since 1970. */
  readonly until: number
}

interface Kept extends Waiting {
  readonly deviceCode: string
  readonly source: string
  every: number
  askedAt: number
}

export class DeviceSignIn {
  readonly #client: IssuerClient
  readonly #waiting = new Map<string, Kept>()

  constructor(client: IssuerClient) {
    this.#client = client
  }

  async begin(source: string, now: number): Promise<Waiting | 'full' | Refusal> {
    for (const [id, { until }] of this.#waiting) if (until <= now) this.#waiting.delete(id)
    if (this.#isFull(source)) return 'full'
    const metadata = await this.#client.metadata(now)
    if ('refused' in metadata) return metadata
    const url = metadata.deviceAuthorizationEndpoint
    if (url === undefined) return unavailable('the issuer has no sign-in for programs (RFC 8628): use a token')
    const answer = await this.#client.post(url, { scope: this.#client.setting.scopes.join(' ') })
    if ('problem' in answer) return unavailable(answer.problem)
    const kept = keptOf(answer.json, source, now)
    if (kept === undefined) return unavailable('the issuer gives no code; may its client use the device grant?')
    if (this.#isFull(source)) return 'full' // others began meanwhile
    this.#waiting.set(kept.id, kept)
    return kept
  }

  #isFull(source: string): boolean {
    const own = [...this.#waiting.values()].filter((one) => one.source === source)
    return this.#waiting.size >= maxWaiting || own.length >= maxWaitingEach
  }

  /** `unknown`: never begun, late, or refused by the person. */
  async ask(id: string, now: number): Promise<{ readonly person: Person } | Waiting | 'unknown' | Refusal> {
    const kept = this.#waiting.get(id)
    if (kept === undefined || kept.until <= now) return 'unknown'
    if (now - kept.askedAt < kept.every * 1000) return kept // too soon: the issuer is not asked
    kept.askedAt = now
    const granted = await this.#client.grant({ grant_type: grantType, device_code: kept.deviceCode }, undefined, now)
    if ('error' in granted && granted.error === 'slow_down') kept.every += 5 // RFC 8628 §3.5
    if ('error' in granted && (granted.error === 'slow_down' || granted.error === 'authorization_pending')) return kept
    if ('refused' in granted && granted.refused === 'unavailable') return granted
    // Of two who ask at once with the id of one, the second one finds nothing.
    if (!this.#waiting.delete(id) || 'error' in granted) return 'unknown'
    return granted
  }
}

function keptOf(json: Readonly<Record<string, unknown>>, source: string, now: number): Kept | undefined {
  const textIn = (name: string): string | undefined => {
    const value = json[name]
    return typeof value === 'string' && value !== '' && value.length <= 2048 ? value : undefined
  }
  const numberIn = (name: string, otherwise: number): number => {
    const value = json[name]
    return typeof value === 'number' && value > 0 ? value : otherwise
  }
  const [deviceCode, userCode, verificationUri] = [
    textIn('device_code'),
    textIn('user_code'),
    textIn('verification_uri'),
  ]
  if (deviceCode === undefined || userCode === undefined || verificationUri === undefined) return undefined
  return {
    id: randomBytes(32).toString('base64url'),
    deviceCode,
    userCode: userCode.slice(0, 64),
    verificationUri,
    verificationUriComplete: textIn('verification_uri_complete'),
    every: Math.min(60, Math.ceil(numberIn('interval', usualPace))),
    until: now + Math.min(longest, numberIn('expires_in', longest / 1000) * 1000),
    source,
    askedAt: now,
  }
}

const unavailable = (detail: string): Refusal => ({ refused: 'unavailable', detail })
