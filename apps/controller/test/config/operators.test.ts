/** What vagus.yaml may say of people: never so that their sessions go over the wire in clear by mistake. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadConfigText } from '../../src/config/load.ts'

const load = (text: string) => loadConfigText(text, { environment: { VAGUS_HOME: '/nowhere' } }).config
const tls = 'tls: { cert: c.pem, key: k.pem }'

describe('operators in vagus.yaml', () => {
  test('need TLS where others than this host are reached, or a reason', () => {
    const remote = 'listen: 192.0.2.10:7600\noperators: {}\n'
    assert.throws(
      () => load(remote),
      /listen: 192\.0\.2\.10:7600 is no loopback address[^]*set "tls", or say in "plain"/,
    )
    assert.throws(() => load(`${remote}plain: yes`), /plain/)
    assert.equal(load(`${remote}plain: TLS ends at the proxy`).tls, undefined)
    assert.equal(load(remote + tls).tls?.key, 'k.pem')
    for (const listen of ['127.0.0.1:7600', '"[::1]:7600"', 'unix:/run/api.sock'])
      assert.ok(load(`listen: ${listen}\noperators: {}`).operators)
    assert.throws(() => load(`listen: unix:/run/api.sock\n${tls}`), /a Unix socket needs none/)
    assert.equal(load('listen: 192.0.2.10:7600').operators, undefined)
  })
  test('name issuer, client and console together, over https', () => {
    const issuer = 'issuer: https://id.example'
    assert.throws(() => load(`operators: { ${issuer} }`), /must have "issuer", "url" and "clientId" together/)
    const whole = (url: string) => load(`operators: { ${issuer}, clientId: v, url: "${url}" }`).operators
    assert.equal(whole('https://noc.example')?.idle, '1h')
    assert.ok(whole('http://localhost:7600'))
    for (const url of ['http://noc.example', 'https://a@b', 'https://noc.example/?x', 'javascript:alert(1)'])
      assert.throws(() => whole(url), /must be an https URL/, url)
  })
  test('have roles that there are', () => {
    assert.throws(
      () => load('operators: { roles: [{ role: root }] }'),
      /must be one of viewer, operator, approver, admin/,
    )
  })
  test('say of each role who has it', () => {
    assert.throws(() => load('operators: { roles: [{ role: viewer }] }'), /must say who: "groups", "emails"/)
    const emails = (text: string) => load(`operators: { roles: [{ role: viewer, emails: ["${text}"] }] }`).operators
    assert.deepEqual(emails('@example.com')?.roles[0]?.emails, ['@example.com'])
    for (const text of ['example.com', 'ada at example.com', 'ada@', 'a@b@c'])
      assert.throws(() => emails(text), /must be an address, or all of a domain: @example\.com/, text)
  })
})
