/** People and scripts at a controller over HTTPS, with a real OpenID provider: who may what, and what ends it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { AuditList } from '@vagus/api/audit'
import type { Me } from '@vagus/api/operators'
import { documentOf } from '../../controller/test/support/agent-document.ts'
import {
  certificateIn,
  operatorsAt,
  type PeopleIssuer,
  peopleIssuer,
} from '../../controller/test/support/people-issuer.ts'
import { eventually } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { PersonBrowser } from './person-browser.ts'
import { ended, start, vagus } from './started.ts'
import { freePort } from '../../../scripts/free-port.ts'

describe('operators', { skip: needs('openssl'), timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-operators-'))
  const file = (name: string): string => join(folder, name)
  const home = file('home')
  const desk = file('desk') // of somebody on another host
  let issuer: PeopleIssuer
  let base = ''
  let controller: ReturnType<typeof start>
  const log: string[] = []

  before(async () => {
    certificateIn(folder, 1)
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(file('ca.pem'), 'utf8')])
    const port = await freePort()
    base = `https://localhost:${port}`
    issuer = await peopleIssuer(base)
    mkdirSync(home, { mode: 0o700 })
    const config = {
      listen: `127.0.0.1:${port}`,
      tls: { cert: file('s.pem'), key: file('s.key') },
      flow: { listen: ['127.0.0.1:0'] },
      operators: operatorsAt(issuer.url, base),
    }
    writeFileSync(file('vagus.yaml'), JSON.stringify(config))
    controller = start(process.execPath, ['controller', '--config', file('vagus.yaml')], { VAGUS_HOME: home })
    controller.stderr!.on('data', (octets: Buffer) => log.push(octets.toString()))
    const health = async () => (await fetch(`${base}/healthz`)).status === 200
    // It may build the console first.
    await eventually(() => `the controller serves\n${log.join('')}`, health, { seconds: 180 })
  })
  after(async () => {
    controller.kill('SIGTERM')
    await once(controller, 'exit')
    issuer.close()
    rmSync(folder, { recursive: true })
  })

  const get = (path: string, token: string): Promise<Response> =>
    fetch(base + path, { headers: { authorization: `Bearer ${token}` } })
  const me = async (browser: PersonBrowser): Promise<Me> => (await (await browser.send(`${base}/v1/me`)).json()) as Me
  const signedIn = async (login: string): Promise<PersonBrowser> => {
    const browser = new PersonBrowser(login)
    await browser.visit(`${base}/v1/sign-in`)
    assert.equal((await me(browser)).how, 'session', log.join(''))
    return browser
  }
  const publish = async (): Promise<void> => {
    const body = documentOf('stranger', 1, Date.now())
    const headers = { 'content-type': 'application/jose' }
    const answer = await fetch(`${base}/v1/agents/stranger`, { method: 'PUT', body, headers })
    assert.ok(answer.ok, await answer.text())
  }
  const forget = async (browser: PersonBrowser, headers: Record<string, string> = {}): Promise<Response> =>
    browser.send(`${base}/v1/agents/stranger`, { method: 'DELETE', headers })

  test('are asked who they are; what agents sign needs nobody', async () => {
    const answer = await fetch(`${base}/v1/status`)
    assert.equal(answer.status, 401)
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="vagus"')
    assert.match(await answer.text(), /sign in: \/v1\/sign-in with a browser/)
    for (const path of ['/v1/events', '/v1/agents/stranger/traffic', '/metrics', '/v1/config'])
      assert.equal((await fetch(base + path)).status, 401, path)
    await publish()
    assert.equal((await fetch(`${base}/v1/agents/stranger`)).status, 200)
  })

  test('see, do and leave their names in the record as their roles say', async () => {
    const vera = await signedIn('vera')
    const { csrf, roles } = await me(vera)
    assert.deepEqual(roles, ['viewer'])
    const denied = await forget(vera, { 'vagus-csrf': csrf! })
    assert.equal(denied.status, 403)
    assert.match(await denied.text(), /you are viewer; operator or admin may take agents off the list/)
    const ada = await signedIn('ada')
    assert.equal((await forget(ada)).status, 403, 'without what only our page knows')
    const own = { 'vagus-csrf': (await me(ada)).csrf! }
    assert.equal((await forget(ada, { ...own, 'sec-fetch-site': 'cross-site' })).status, 403)
    assert.equal((await forget(ada, own)).status, 200)
    const approve = (who: PersonBrowser, headers: Record<string, string>) =>
      who.send(`${base}/v1/proposals/transit-1/approval`, {
        method: 'POST',
        body: '{}',
        headers: { ...headers, 'content-type': 'application/json' },
      })
    assert.equal((await approve(vera, { 'vagus-csrf': csrf! })).status, 403)
    assert.equal((await approve(ada, own)).status, 404, 'there is none, which only an approver is told')
    const audit = (await (await ada.send(`${base}/v1/audit`)).json()) as AuditList
    const item = audit.items.find(({ event }) => event === 'agent.forgotten')
    assert.deepEqual(item?.by, { kind: 'operator', id: `${issuer.url}#ada`, name: 'Ada Lovelace <ada@example.com>' })
  })

  test('have no role by their name, and no second use of an answer', async () => {
    const eve = new PersonBrowser('eve')
    const { status, text } = await eve.visit(`${base}/v1/sign-in`)
    assert.equal(status, 403)
    assert.match(text, /Ada Lovelace ada@example.com &#60;subject eve&#62; has no role here/)
    const vera = new PersonBrowser('vera')
    await vera.visit(`${base}/v1/sign-in`)
    const answered = vera.visited.find((url) => url.startsWith(`${base}/v1/sign-in/answer`))!
    assert.equal((await vera.send(answered)).status, 403, 'the code came back twice')
    assert.equal((await new PersonBrowser('eve').send(answered)).status, 403, 'in another browser')
  })

  test('sign out, and then are nobody', async () => {
    const vera = await signedIn('vera')
    const { csrf } = await me(vera)
    const before = new Map(vera.cookiesOf(base))
    const out = await vera.send(`${base}/v1/sign-out`, { method: 'POST', headers: { 'vagus-csrf': csrf! } })
    assert.match(await out.text(), /session\/end/)
    for (const [name, value] of before) vera.cookiesOf(base).set(name, value)
    assert.equal((await vera.send(`${base}/v1/me`)).status, 401)
  })

  test('give scripts tokens, and take them back at once', async () => {
    const made = await vagus(['token', 'new', '--name', 'ci', '--json'], { VAGUS_HOME: home })
    const { token } = JSON.parse(made.out) as { token: string }
    assert.equal(statSync(join(home, 'operator-tokens.json')).mode & 0o777, 0o600)
    assert.equal(((await (await get('/v1/me', token)).json()) as Me).name, 'token ci')
    writeFileSync(file('ci.token'), `${token}\n`, { mode: 0o600 })
    const script = { VAGUS_HOME: file('script'), VAGUS_CONTROLLER: base }
    const login = await vagus(['login', base, '--token-file', file('ci.token'), '--ca', file('ca.pem')], script)
    assert.match(login.err, /^you are token ci at/)
    assert.match((await vagus(['logout'], script)).err, /^forgotten here; the token goes on to count/)
    assert.equal((await get('/v1/status', token)).status, 200)
    const stream = await fetch(`${base}/v1/events`, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    })
    const { exit, err } = await vagus(['token', 'rm', 'ci'], { VAGUS_HOME: home })
    assert.equal(exit, 0, err)
    const refused = await get('/v1/status', token)
    assert.equal(refused.status, 401)
    assert.match(refused.headers.get('www-authenticate')!, /error="invalid_token"/)
    assert.match(await stream.text(), /event: end[^]*what let you in has ended/)
  })

  test('sign in from the command line, with the private authority remembered', async () => {
    const around = { VAGUS_HOME: desk, VAGUS_CONTROLLER: base }
    const login = start(process.execPath, ['login', base, '--ca', file('ca.pem')], { VAGUS_HOME: desk })
    const done = ended(login)
    let told = ''
    login.stderr!.on('data', (octets: Buffer) => (told += octets.toString()))
    const where = await eventually(
      () => `a place to sign in: ${told}`,
      () => /open (\S+)/.exec(told)?.[1],
    )
    await new PersonBrowser('ada').visit(where)
    const { exit, err } = await done
    assert.equal(exit, 0, err)
    assert.ok(err.includes(`export VAGUS_CONTROLLER=${base}\n`), err)
    assert.equal(statSync(join(desk, 'logins.json')).mode & 0o777, 0o600)
    const who = await vagus(['whoami'], around)
    assert.match(who.out, /^Ada Lovelace <ada@example.com>, operator and approver, until /)
    await publish()
    assert.equal((await vagus(['agent', 'rm', 'stranger'], around)).exit, 0)
    assert.match((await vagus(['logout'], around)).err, /signed out/)
    const after = await vagus(['status'], { ...around, NODE_EXTRA_CA_CERTS: file('ca.pem') })
    assert.match(after.err, /vagus login/)
    // Whoever is at the controller itself needs no issuer; the record says that it was this way.
    const glass = await vagus(['whoami'], {
      VAGUS_HOME: home,
      VAGUS_CONTROLLER: base,
      NODE_EXTRA_CA_CERTS: file('ca.pem'),
    })
    assert.match(glass.out, /^operator\.key, viewer, operator, approver and admin/)
  })

  test('go on when the issuer changes its keys, and the controller its certificate', async () => {
    certificateIn(folder, 2)
    issuer.changeKeys()
    const signIn = async () => {
      const browser = new PersonBrowser('ada')
      await browser.visit(`${base}/v1/sign-in`)
      return (await browser.send(`${base}/v1/me`)).status === 200
    }
    await eventually(() => `a sign-in with the new key\n${log.join('')}`, signIn, { every: 500 })
    await eventually('the new certificate', async () => (await serialOf(base)) === '02')
  })
})

async function serialOf(base: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(base).port), servername: 'localhost' })
  await once(socket, 'secureConnect')
  const { serialNumber } = socket.getPeerCertificate()
  socket.destroy()
  return serialNumber
}
