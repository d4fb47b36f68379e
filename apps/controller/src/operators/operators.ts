/** Who asks: a person who signed in, a script with a token, or who has operator.key. @module */
import { createHash, timingSafeEqual } from 'node:crypto'
import { type Actor, operator } from '@vagus/api/actor'
import { type Me, type Role, roles } from '@vagus/api/operators'
import type { OperatorsConfig } from '@vagus/api/operators-setting'
import { type Person, personText } from '@vagus/bearer'
import type { EventDraft } from '../events/event-draft.ts'
import { BrowserSignIn } from './browser-sign-in.ts'
import { DeviceSignIn } from './device-sign-in.ts'
import type { IssuerClient } from './issuer-client.ts'
import { rolesOf } from './roles-of.ts'
import { type Session, SessionBook } from './session-book.ts'
import type { TokenWatch } from './token-file.ts'

export interface Caller {
  readonly actor: Actor
  readonly how: Exclude<Me['how'], 'open'>
  readonly roles: readonly Role[]
  /** Milliseconds since 1970; undefined: it does not end. */
  readonly until: number | undefined
  /** Undefined: what it shows is not sent by a browser by itself. */
  readonly csrf: string | undefined
  /** Whether it still counts; does not count as use. */
  readonly holds: (now: number) => boolean
}

export interface OperatorsParts {
  readonly config: Pick<OperatorsConfig, 'roles'>
  readonly sessions: SessionBook
  readonly tokens: Pick<TokenWatch, 'find'>
  /** Undefined: nobody has it. */
  readonly operatorKey: string | undefined
  /** Undefined: nobody signs in, there are tokens only. */
  readonly client: IssuerClient | undefined
  readonly tell: (draft: EventDraft) => void
}

/** Milliseconds between two events about people without a role: anybody at the issuer could cause them. */
const refusalPause = 60_000

export class Operators {
  readonly browser: BrowserSignIn | undefined
  readonly device: DeviceSignIn | undefined
  readonly #parts: OperatorsParts
  #refusedAt = -Infinity

  constructor(parts: OperatorsParts) {
    this.#parts = parts
    this.browser = parts.client && new BrowserSignIn(parts.client)
    this.device = parts.client && new DeviceSignIn(parts.client)
  }

  /** The console as people reach it; undefined: nobody signs in there. */
  get url(): URL | undefined {
    const { client } = this.#parts
    return client && new URL(client.setting.url)
  }

  /** Where the browser ends its session at the issuer, too. */
  async endAtIssuer(now: number): Promise<string | null> {
    const { client } = this.#parts
    const metadata = await client?.metadata(now)
    if (client === undefined || metadata === undefined || 'refused' in metadata) return null
    if (metadata.endSessionEndpoint === undefined) return null
    const end = new URL(metadata.endSessionEndpoint)
    end.searchParams.set('client_id', client.setting.clientId)
    return end.href
  }

  /** Of a bearer token: operator.key, a named token, or the session of a program. */
  byBearer(token: string, now: number): Caller | undefined {
    const { operatorKey, tokens, sessions } = this.#parts
    if (operatorKey !== undefined && timingSafeEqual(digest(token), digest(operatorKey))) return breakGlass
    const named = tokens.find(token, now)
    if (named === undefined) {
      const session = sessions.find(token, 'used', now)
      return session?.carrier === 'bearer' ? this.#ofSession(token, session) : undefined
    }
    return {
      actor: { kind: 'operator', id: `token:${named.name}`, name: `token ${named.name}` },
      how: 'token',
      roles: [named.role],
      until: named.until,
      csrf: undefined,
      holds: (at) => tokens.find(token, at) !== undefined,
    }
  }

  /** Of a cookie. */
  byCookie(secret: string, now: number): Caller | undefined {
    const session = this.#parts.sessions.find(secret, 'used', now)
    return session?.carrier === 'cookie' ? this.#ofSession(secret, session) : undefined
  }

  /** A session for who signed in; undefined: the person has no role here. */
  begin(
    person: Person,
    carrier: Session['carrier'],
    now: number,
  ): { readonly secret: string; readonly caller: Caller } | undefined {
    const { config, sessions, tell } = this.#parts
    const name = personText(person)
    const held = rolesOf(person, config.roles)
    if (held.length === 0) {
      if (now - this.#refusedAt >= refusalPause) tell({ event: 'operator.refused', subject: name, fields: { name } })
      this.#refusedAt = now
      return undefined
    }
    const id = `${person.issuer}#${encodeURIComponent(person.subject)}`
    const { secret, session } = sessions.begin({ id, name, roles: held }, carrier, now)
    const how = carrier === 'cookie' ? 'a browser' : 'a program'
    const by = actorOf(session)
    tell({ event: 'operator.signed-in', subject: name, fields: { name, how, roles: held.join(' and ') }, by })
    return { secret, caller: this.#ofSession(secret, session) }
  }

  /** @param secret of a session; of anything else nothing ends */
  end(secret: string): void {
    this.#parts.sessions.end(secret)
  }

  #ofSession(secret: string, session: Session): Caller {
    const { sessions } = this.#parts
    return {
      actor: actorOf(session),
      how: 'session',
      roles: session.roles,
      until: session.until,
      csrf: session.carrier === 'cookie' ? session.csrf : undefined,
      holds: (at) => sessions.find(secret, 'seen', at) !== undefined,
    }
  }
}

/** Whoever has the key is on the host, as the user of the controller: the record says that it was this way. */
const breakGlass: Caller = {
  actor: { ...operator, name: 'operator.key' },
  how: 'operator.key',
  roles,
  until: undefined,
  csrf: undefined,
  holds: () => true,
}

const actorOf = ({ id, name }: Session): Actor => ({ kind: 'operator', id, name })
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
