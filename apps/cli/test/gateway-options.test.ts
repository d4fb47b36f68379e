import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { certificatesPem, issueMasa, newAuthority, newPrivateKey, privateKeyPem, publicKeyOf } from '@vagus/pki'
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
  test('a certificate is told of that is not for the name by which callers know the gateway', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-gateway-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const [key, caKey] = [newPrivateKey('p256'), newPrivateKey('p256')]
    const life = { now: Date.now(), life: 86_400_000 }
    const ca = newAuthority({ commonName: 'ca' }, caKey, life)
    const hosts = ['*.example.com', '192.0.2.1']
    const certificate = issueMasa(ca, { name: { commonName: 'x' }, publicKey: publicKeyOf(key), hosts, ...life })
    const files = { cert: join(folder, 'c.pem'), key: join(folder, 'k.pem') }
    writeFileSync(files.cert, certificatesPem([certificate]))
    writeFileSync(files.key, privateKeyPem(key), { mode: 0o600 })
    const told = async (publicUrl: string | undefined, host = '0.0.0.0'): Promise<string> => {
      const lines: string[] = []
      await listenedAt({ host, port: 443, files }, publicUrl, (line) => lines.push(line))
      return lines.join('\n')
    }
    assert.equal(await told('https://agents.example.com'), '')
    assert.equal(await told('https://192.0.2.1:8443'), '')
    assert.equal(await told(undefined, '192.0.2.1'), '')
    const refused = (host: string) =>
      `the certificate in ${files.cert} is for *.example.com, 192.0.2.1, not for ${host}: callers refuse it, unless a proxy before this gateway has another`
    assert.equal(await told('https://agents.example.net'), refused('agents.example.net'))
    assert.equal(await told('https://[2001:db8::1]'), refused('2001:db8::1'))
    assert.equal(await told(undefined, '192.0.2.2'), refused('192.0.2.2'))
  })
  test('a certificate that is not there is named', () =>
    assert.rejects(
      listenedAt(
        { host: '::', port: 443, files: { cert: '/nowhere/c.pem', key: '/nowhere/k.pem' } },
        'https://agents.example.com',
        () => undefined,
      ),
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
