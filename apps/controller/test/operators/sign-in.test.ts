/** Signing in with a browser, and how others would like to. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { makeKey } from '../../../../packages/bearer/test/issuer-at.ts'
import { maxSessions, maxSessionsEach, SessionBook } from '../../src/operators/session-book.ts'
import { base, scene, start } from './scene.ts'

const signer = await makeKey('one')
const ada = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true }

describe('signing in', () => {
  test('asks with state, nonce and PKCE, and gives a cookie that pages cannot read', async () => {
    const { begin, signIn, told } = scene(signer)
    const { begun, asked } = await begin(ada)
    assert.equal(begun.status, 303)
    assert.match(
      begun.headers.getSetCookie()[0]!,
      /^__Host-vagus-sign-in=\S+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    assert.equal(asked.get('code_challenge_method'), 'S256')
    assert.equal(asked.get('redirect_uri'), `${base}/v1/sign-in/answer`)
    const { response, session, me } = await signIn(ada)
    assert.equal(response.headers.get('location'), `${base}/`)
    assert.match(session!, /^__Host-vagus=vgs_\S+; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
    assert.deepEqual([me.name, me.roles], ['Ada Lovelace <ada@example.com>', ['viewer', 'operator']])
    assert.deepEqual(
      told.map(({ event, by }) => [event, by?.name]),
      [['operator.signed-in', 'Ada Lovelace <ada@example.com>']],
    )
  })
  test('leads nowhere but to the console, whatever the request says', async () => {
    const { begin, send } = scene(signer)
    const { cookie, answer } = await begin(ada)
    const evil = '&to=https://evil.example&redirect_uri=https://evil.example&next=//evil.example'
    const response = await send(answer + evil, { cookie, referer: 'https://evil.example/' })
    assert.equal(response.headers.get('location'), `${base}/`)
  })
  test('leads back to the view of the console where it was begun', async () => {
    const { begin, send } = scene(signer)
    const view = '/traffic?last=15m&by=srcSite,dstSite&filter=a+%22b%22'
    const { cookie, answer } = await begin(ada, { view })
    assert.equal((await send(answer, { cookie })).headers.get('location'), `${base}/#${view}`)
  })
  test('leaves out what is no view of the console, and nothing leads elsewhere', async () => {
    const { begin, send } = scene(signer)
    const landed = async (view: string): Promise<string> => {
      const { cookie, answer } = await begin(ada, { view })
      return (await send(answer, { cookie })).headers.get('location')!
    }
    const none = [
      'https://evil.example',
      'javascript:alert(1)',
      '/a b',
      '/"',
      '/\\',
      '/\r\nset-cookie: a=b',
      '/ü',
      '#/a',
    ]
    for (const view of [...none, `/${'a'.repeat(512)}`]) assert.equal(await landed(view), `${base}/`, view)
    for (const view of ['//evil.example', `/${'a'.repeat(511)}`]) assert.equal(await landed(view), `${base}/#${view}`)
  })
  test('asks the issuer to ask who it is only where that is wanted', async () => {
    const { begin } = scene(signer)
    assert.equal((await begin(ada)).asked.get('prompt'), null)
    assert.equal((await begin(ada, { prompt: 'login' })).asked.get('prompt'), 'login')
    assert.equal((await begin(ada, { prompt: 'none' })).asked.get('prompt'), null)
  })
  test('goes on in three tabs of one browser, in any order; the fourth makes it forget the first', async () => {
    const { begin, send } = scene(signer)
    const longest = { view: `/${'a'.repeat(511)}` }
    /** What the browser has after an answer. */
    const keptOf = (response: Response): string =>
      response.headers
        .getSetCookie()
        .find((line) => line.startsWith('__Host-vagus-sign-in='))!
        .split(';')[0]!
    const tabs = [await begin(ada, longest)]
    for (let tab = 1; tab < 4; tab++) tabs.push(await begin(ada, longest, tabs.at(-1)!.cookie))
    let { cookie } = tabs.at(-1)!
    assert.ok(cookie.length < 4000, `browsers keep no cookie of ${cookie.length} octets`)
    for (const [tab, status] of [
      [2, 303],
      [0, 403],
      [3, 303],
      [1, 303],
      [2, 403],
    ] as const) {
      const response = await send(tabs[tab]!.answer, { cookie })
      assert.equal(response.status, status, `tab ${tab}`)
      cookie = keptOf(response)
    }
    assert.equal(cookie, '__Host-vagus-sign-in=')
  })
  test('that failed offers to begin again at the same view, and somebody without a role to be somebody else', async () => {
    const { begin, send } = scene(signer)
    const offered = async (claims: object, more: string): Promise<readonly [number, string, string | undefined]> => {
      const { cookie, answer } = await begin(claims, { view: '/events?filter=a' })
      const response = await send(answer + more, { cookie })
      const [, href, text] = /<a href="([^"]+)">([^<]+)</.exec(await response.text())!
      const plain = href!.replaceAll('&#38;', '&')
      return [response.status, new URL(plain, base + answer).href, text]
    }
    const again = `${base}/v1/sign-in?view=%2Fevents%3Ffilter%3Da`
    assert.deepEqual(await offered(ada, '&iss=https://evil.example'), [403, again, 'Sign in again'])
    const eve = await offered({ sub: 'eve' }, '')
    assert.deepEqual(eve, [403, `${again}&prompt=login`, 'Sign in as somebody else'])
  })
  test('says why it cannot begin on a page that allows no more than its own style', async () => {
    const { send, there } = scene(signer)
    there.state = 'down'
    const response = await send('/v1/sign-in?view=/events')
    assert.equal(response.status, 503)
    const text = await response.text()
    const [, href] = /<a href="([^"]+)">Try again</.exec(text)!
    assert.equal(new URL(href!, `${base}/v1/sign-in`).href, `${base}/v1/sign-in?view=%2Fevents`)
    const [, style] = /<style>([^]*?)<\/style>/.exec(text)!
    const hash = createHash('sha256').update(style!).digest('base64')
    const policy = response.headers.get('content-security-policy')!
    assert.ok(policy.startsWith(`default-src 'none'; style-src 'sha256-${hash}'; `), policy)
  })
  test('gives no role by an address that nobody checked', async () => {
    const { signIn, told } = scene(signer)
    const { response, session } = await signIn({ ...ada, email_verified: false })
    assert.equal(response.status, 403)
    assert.equal(session, undefined)
    assert.deepEqual(
      told.map(({ event }) => event),
      ['operator.refused'],
    )
  })
})

describe('a sign-in is not taken', () => {
  test('a second time: neither its code nor its state', async () => {
    const { begin, send } = scene(signer)
    const { cookie, answer } = await begin(ada)
    assert.equal((await send(answer, { cookie })).status, 303)
    const again = await send(answer, { cookie })
    assert.equal(again.status, 403)
    assert.match(await again.text(), /has come back before/)
  })
  test('in another browser, or with the state of another sign-in (CSRF of the sign-in itself)', async () => {
    const { begin, send } = scene(signer)
    const [mine, evil] = [await begin(ada), await begin({ ...ada, sub: 'eve' })]
    assert.equal((await send(evil.answer)).status, 403)
    assert.equal((await send(evil.answer, { cookie: mine.cookie })).status, 403)
    assert.equal((await send(evil.answer, { cookie: `${mine.cookie.slice(0, -4)}AAAA` })).status, 403)
    assert.equal((await send(`/v1/sign-in/answer?code=${evil.code}`, { cookie: evil.cookie })).status, 403)
  })
  test('with the code of another sign-in: PKCE and nonce do not fit', async () => {
    const { begin, send } = scene(signer)
    const [mine, evil] = [await begin(ada), await begin({ ...ada, sub: 'eve' })]
    const mixed = `/v1/sign-in/answer?code=${evil.code}&state=${mine.asked.get('state')}`
    assert.equal((await send(mixed, { cookie: mine.cookie })).status, 403)
  })
  test('with an id token of another nonce, or answered by another issuer (RFC 9207)', async () => {
    const { begin, send } = scene(signer)
    const other = await begin({ ...ada, nonce: 'of yesterday' })
    assert.match(await (await send(other.answer, { cookie: other.cookie })).text(), /its nonce is another/)
    const mixed = await begin(ada)
    const answered = await send(`${mixed.answer}&iss=https://evil.example`, { cookie: mixed.cookie })
    assert.match(await answered.text(), /answered by another issuer/)
  })
  test('any more where codes are made up: the issuer must not take the controller for a guesser', async () => {
    const { begin, send, there, time } = scene(signer)
    const answered = async (code: string): Promise<number> => {
      const { cookie, asked } = await begin(ada)
      return (await send(`/v1/sign-in/answer?code=${code}&state=${asked.get('state')}`, { cookie })).status
    }
    for (let at = 0; at < 20; at++) assert.equal(await answered(`made-up-${at}`), 403)
    const asked = there.asksOf('/token')
    assert.ok(asked < 10, `the issuer was asked ${asked} times`)
    time.now += 60_000
    const { cookie, answer } = await begin(ada)
    assert.equal((await send(answer, { cookie })).status, 303)
  })
  test('after ten minutes', async () => {
    const { begin, send, time } = scene(signer)
    const { cookie, answer } = await begin(ada)
    time.now += 600_000
    assert.equal((await send(answer, { cookie })).status, 403)
  })
  test('with the words of the issuer as markup', async () => {
    const { begin, send } = scene(signer)
    const { cookie, asked } = await begin(ada)
    const bad = `/v1/sign-in/answer?state=${asked.get('state')}&error=${encodeURIComponent('<script>alert(1)</script>')}`
    const text = await (await send(bad, { cookie })).text()
    assert.ok(!text.includes('<script'), text)
  })
})

describe('a session', () => {
  test('is always a new one: what a browser brings is not made valid (session fixation), and ends', async () => {
    const { begin, send, signIn } = scene(signer)
    const first = await signIn(ada)
    const { cookie, answer } = await begin(ada)
    const planted = '__Host-vagus=vgs_chosen-by-eve'
    const response = await send(answer, { cookie: `${cookie}; ${first.own.cookie}` })
    assert.notEqual(
      response.headers
        .getSetCookie()
        .find((line) => line.startsWith('__Host-vagus='))!
        .split(';')[0],
      first.own.cookie,
    )
    assert.equal((await send('/v1/me', first.own)).status, 401)
    assert.equal((await send('/v1/me', { cookie: planted })).status, 401)
  })
  test('ends an hour after its last use, and twelve hours after its begin in any case', async () => {
    const { send, signIn, time } = scene(signer)
    const idle = await signIn(ada)
    time.now = start + 3_600_000
    assert.equal((await send('/v1/me', idle.own)).status, 401)
    time.now = start
    const busy = await signIn(ada)
    for (let hours = 0.5; hours < 12; hours += 0.5) {
      time.now = start + hours * 3_600_000
      assert.equal((await send('/v1/me', busy.own)).status, 200)
    }
    time.now = start + 12 * 3_600_000
    assert.equal((await send('/v1/me', busy.own)).status, 401)
  })
  test('of a cookie is none as a bearer token, and the other way round', () => {
    const { operators } = scene(signer)
    const person = { issuer: 'i', subject: 'ada', name: 'Ada', email: 'ada@example.com', groups: [] }
    const [cookie, bearer] = [operators.begin(person, 'cookie', start)!, operators.begin(person, 'bearer', start)!]
    assert.equal(operators.byBearer(cookie.secret, start), undefined)
    assert.equal(operators.byCookie(bearer.secret, start), undefined)
    assert.ok(operators.byCookie(cookie.secret, start))
  })
  test('has its place: of one person sixteen, of all a thousand, the longest unused go', () => {
    const book = new SessionBook({ idle: 1e9, longest: 1e9 })
    const who = (id: string) => ({ id, name: id, roles: ['viewer'] as const })
    const first = book.begin(who('eve'), 'cookie', 0)
    const second = book.begin(who('eve'), 'cookie', 0)
    assert.ok(book.find(first.secret, 'used', 1))
    for (let at = 2; at <= maxSessionsEach; at++) book.begin(who('eve'), 'cookie', 1)
    assert.equal(book.size, maxSessionsEach)
    assert.equal(book.find(second.secret, 'used', 1), undefined)
    assert.ok(book.find(first.secret, 'used', 1))
    for (let at = 0; at < maxSessions; at++) book.begin(who(`p${at}`), 'cookie', 2)
    assert.equal(book.size, maxSessions)
    assert.equal(book.find(first.secret, 'used', 3), undefined)
  })
})
