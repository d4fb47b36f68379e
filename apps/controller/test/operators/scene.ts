/** Operators over an issuer without sockets, and the application in front of them. */
import { createHash } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operatorsSetting } from '@vagus/api/operators-setting'
import { type Fetch, Issuer } from '@vagus/bearer'
import {
  clientId,
  issuerName,
  sign,
  start,
  TestIssuer,
  type TestKey,
} from '../../../../packages/bearer/test/issuer-at.ts'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { IssuerClient } from '../../src/operators/issuer-client.ts'
import { Operators } from '../../src/operators/operators.ts'
import { SessionBook } from '../../src/operators/session-book.ts'
import { addToken, TokenWatch } from '../../src/operators/token-file.ts'
import { appOver } from '../support/app-over.ts'

export const base = 'https://noc.example'
export { start }

const config = operatorsSetting.parse({
  url: base,
  issuer: issuerName,
  clientId,
  roles: [
    { role: 'viewer', groups: ['guests'], emails: ['@example.com'] },
    { role: 'operator', emails: ['ada@example.com'] },
    { role: 'approver', subjects: ['grace'] },
  ],
})!

export const key = 'the-key-of-this-host'

/** `key` signs what the issuer gives. */
export function scene(signer: TestKey, backend: object = {}) {
  const there = new TestIssuer([signer])
  Object.assign(there.metadata, {
    authorization_endpoint: `${issuerName}/authorize`,
    token_endpoint: `${issuerName}/token`,
    device_authorization_endpoint: `${issuerName}/device`,
  })
  /** Codes that the issuer gave, with what it was asked for; each counts once. */
  const codes = new Map<string, { readonly nonce: string; readonly challenge: string; readonly claims: object }>()
  /** Codes of programs, with who typed them in. */
  const devices = new Map<string, object | undefined>()
  const time = { now: start }
  const fetch: Fetch = async (url, init) => {
    if (url === `${issuerName}/device`) {
      const code = `device-${devices.size}`
      devices.set(code, undefined)
      const where = { verification_uri: `${issuerName}/type`, user_code: `CODE-${devices.size}` }
      return Response.json({ device_code: code, expires_in: 600, interval: 5, ...where })
    }
    if (url !== `${issuerName}/token`) return there.fetch(url, init)
    const form = init.body as URLSearchParams
    there.asked.push(url)
    const device = form.get('device_code')
    if (device !== null) {
      const claims = devices.get(device)
      return claims === undefined
        ? Response.json({ error: 'authorization_pending' }, { status: 400 })
        : Response.json({ id_token: await sign(signer, { ...claims }) })
    }
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (code === undefined || code.challenge !== challenge)
      return Response.json({ error: 'invalid_grant' }, { status: 400 })
    return Response.json({ id_token: await sign(signer, { nonce: code.nonce, ...code.claims }) })
  }
  const told: EventDraft[] = []
  const home = mkdtempSync(join(tmpdir(), 'vagus-operators-'))
  const operators = new Operators({
    config,
    sessions: new SessionBook({ idle: 3_600_000, longest: 43_200_000 }),
    tokens: new TokenWatch(home, () => undefined),
    operatorKey: key,
    client: new IssuerClient({
      issuer: new Issuer({ issuer: issuerName, fetch }),
      setting: { url: base, issuer: issuerName, clientId, scopes: ['openid'], groupsClaim: 'groups' },
      clientSecret: undefined,
      fetch,
    }),
    tell: (draft) => told.push(draft),
  })
  const app = appOver(backend, { operatorKey: key, operators, hostNames: ['noc.example'], now: () => time.now })
  const send = async (path: string, headers: Record<string, string> = {}, method = 'GET', body?: string) =>
    app.request(`${base}${path}`, {
      method,
      headers: { host: 'noc.example', ...headers },
      ...(body === undefined ? {} : { body }),
    })
  /** Begins in a browser that may have begun others: its cookie, and the issuer's answer for somebody with these claims. */
  const begin = async (claims: object, query: Readonly<Record<string, string>> = {}, before = '') => {
    const begun = await send(`/v1/sign-in?${String(new URLSearchParams(query))}`, { cookie: before })
    const asked = new URL(begun.headers.get('location')!).searchParams
    const code = `code-${codes.size}-${Math.random()}`
    codes.set(code, { nonce: asked.get('nonce')!, challenge: asked.get('code_challenge')!, claims })
    const cookie = begun.headers.getSetCookie()[0]!.split(';')[0]!
    return { begun, cookie, asked, code, answer: `/v1/sign-in/answer?code=${code}&state=${asked.get('state')}` }
  }
  /** Signs in: the cookie of the session, and what the page sends with changes. */
  const signIn = async (claims: object) => {
    const { cookie, answer } = await begin(claims)
    const response = await send(answer, { cookie })
    const session = response.headers.getSetCookie().find((line) => line.startsWith('__Host-vagus='))
    const own = { cookie: session?.split(';')[0] ?? '' }
    const me = (await (await send('/v1/me', own)).json()) as { csrf: string; name: string; roles: string[] }
    return { response, session, own, me }
  }
  const token = (role: 'viewer' | 'operator' | 'approver' | 'admin', name: string = role): string => {
    const added = addToken(home, { name, role, milliseconds: 86_400_000, now: time.now })
    if (typeof added === 'string') throw new Error(added)
    return added.token
  }
  return { app, there, devices, time, told, home, operators, send, begin, signIn, token }
}
