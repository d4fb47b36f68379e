import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Failure } from '../src/failure.ts'
import { accessOf, checkListenUrl, listenedAt, publicUrlOf, publishedOf, webhookHosts } from '../src/gateway-options.ts'

const fails = (problem: RegExp, fix: RegExp) => (error: unknown) =>
  error instanceof Failure && problem.test(error.message) && fix.test(error.fix)
const pem = { cert: 'c', key: 'k' }
const plain = { cert: undefined, key: undefined }

describe('options of vagus gateway', () => {
  test('--listen takes https with a certificate, or http on loopback', () => {
    assert.deepEqual(checkListenUrl({ listen: 'https://0.0.0.0', ...pem }), { host: '0.0.0.0', port: 443, files: pem })
    assert.deepEqual(checkListenUrl({ listen: 'https://[::]:8443/', ...pem }), { host: '::', port: 8443, files: pem })
    assert.deepEqual(checkListenUrl({ listen: 'http://127.0.0.1:8080', ...plain }), {
      host: '127.0.0.1',
      port: 8080,
      files: undefined,
    })
    for (const [listen, files, problem, fix] of [
      ['http://0.0.0.0:80', plain, /without encryption/, /behind a proxy/],
      ['https://0.0.0.0:443', plain, /needs --cert/, /fullchain/],
      ['https://agents.example.com', pem, /must be https:\/\/ADDRESS/, /0\.0\.0\.0/],
      ['https://0.0.0.0/agents', pem, /must be/, /0\.0\.0\.0/],
      ['udp://0.0.0.0:1', plain, /must be/, /0\.0\.0\.0/],
      [undefined, plain, /must be/, /0\.0\.0\.0/],
    ] as const)
      assert.throws(() => checkListenUrl({ listen, ...files }), fails(problem, fix), String(listen))
  })
  test('--public is an origin, and is needed where the address says nothing', () => {
    const here = { host: '127.0.0.1' }
    assert.equal(publicUrlOf('https://agents.example.com/', here), 'https://agents.example.com')
    assert.equal(publicUrlOf(undefined, here), undefined)
    assert.throws(() => publicUrlOf(undefined, { host: '::' }), fails(/does not say/, /--public/))
    for (const text of ['https://x/agents', 'http://agents.example.com', 'https://x/?a', 'x'])
      assert.throws(() => publicUrlOf(text, here), fails(/without a path/, /agents\.example/), text)
  })
  test('--publish takes names, also for others', async () => {
    const published = await publishedOf([
      'writer',
      'reports=skill:report.write',
      'x=did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
    ])
    assert.deepEqual([...published.entries()].slice(0, 2), [
      ['writer', 'writer'],
      ['reports', 'skill:report.write'],
    ])
    for (const words of [[], ['a', 'a'], ['A'], ['a/b'], ['..'], ['a=b/c'], ['skill:x']])
      await assert.rejects(publishedOf(words), fails(/--publish/, /such as --publish/), words.join())
  })
  test('--webhooks takes hosts as URLs name them', () => {
    assert.deepEqual(webhookHosts(['hooks.example', 'hooks.example:8443']), ['hooks.example', 'hooks.example:8443'])
    for (const word of ['https://hooks.example', 'hooks.example/a', 'Hooks.example', 'hooks.example:443', ''])
      assert.throws(() => webhookHosts([word]), fails(/takes hosts/, /hooks\.example/), word)
  })
  test('a certificate that is not there is named', () =>
    assert.rejects(
      listenedAt({ host: '::', port: 443, files: { cert: '/nowhere/c.pem', key: '/nowhere/k.pem' } }, () => undefined),
      fails(/\/nowhere\/c\.pem does not exist$/, /private key/),
    ))
  test('say whose tokens count', async () => {
    const none = { issuer: undefined, audience: undefined, scope: [], groups: 'groups', tokens: undefined, origin: [] }
    const report = (): void => undefined
    await assert.rejects(accessOf(none, report), fails(/whose tokens count/, /--issuer/))
    await assert.rejects(accessOf({ ...none, issuer: 'http://idp.example' }, report), fails(/https URL/, /--issuer/))
    await assert.rejects(accessOf({ ...none, tokens: '/nowhere' }, report), fails(/does not exist/, /NAME TOKEN/))
    const origin = ['https://app.example/']
    await assert.rejects(
      accessOf({ ...none, tokens: '/nowhere', origin }, report),
      fails(/--origin/, /without a slash/),
    )
  })
})
