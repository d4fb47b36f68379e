/** What is said of files that people could not sign in with. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { certificatesPem, newAuthority, newPrivateKey } from '@vagus/pki'
import { ConfigError } from '../../src/config/config-error.ts'
import { loadConfigText } from '../../src/config/load.ts'
import { checkOperatorFiles } from '../../src/config/operator-files.ts'

const day = 86_400_000
const now = Date.UTC(2026, 0, 15, 12)

const key = newPrivateKey('p256')
const keyPem = key.export({ format: 'pem', type: 'pkcs8' }).toString()
const secret = 'a secret of this client'
/** @param from when it begins, to `issue`: some minutes later */
const certificate = (from: number): string =>
  certificatesPem([newAuthority({ commonName: 'noc' }, key, { now: from, life: day }).certificate])

const folders = mkdtempSync(join(tmpdir(), 'vagus-operators-'))
after(() => rmSync(folders, { recursive: true }))

/** Good files in a folder of their own, as tests run beside each other. */
function goodFiles() {
  const folder = mkdtempSync(join(folders, 'test-'))
  const at = (name: string): string => join(folder, name)
  const write = (name: string, content: string, mode = 0o600): void => {
    writeFileSync(at(name), content)
    chmodSync(at(name), mode)
  }
  write('cert.pem', certificate(now), 0o644)
  write('key.pem', keyPem)
  write('secret', `${secret}\n`)
  const text = `listen: 192.0.2.10:7600
tls:
  cert: ${at('cert.pem')}
  key: ${at('key.pem')}
operators:
  url: https://noc.example.com:7600
  issuer: https://id.example.com
  clientId: vagus
  clientSecretFile: ${at('secret')}
`
  const loaded = loadConfigText(text, { environment: { VAGUS_HOME: '/nowhere' } })
  assert.equal(loaded.config.tls?.key, at('key.pem'))
  /** What is wrong, a line each. */
  const problems = async (when = now): Promise<string> => {
    try {
      await checkOperatorFiles(loaded, when)
      return ''
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      for (const held of [secret, ...keyPem.split('\n').slice(1, -2)]) assert.ok(!error.message.includes(held))
      return error.message.replaceAll(folder, '')
    }
  }
  return { at, write, problems }
}
type Files = ReturnType<typeof goodFiles>

describe('files for people who sign in', () => {
  test('are good', async () => assert.equal(await goodFiles().problems(), ''))
  test('are not asked for where none is named', async () => {
    await checkOperatorFiles(loadConfigText('operators: {}', { environment: { VAGUS_HOME: '/nowhere' } }), now)
  })

  const wrong: readonly (readonly [string, (files: Files) => void, RegExp])[] = [
    [
      'a certificate that is not there',
      ({ at }) => rmSync(at('cert.pem')),
      /^vagus\.yaml:3:\d+: tls\.cert: \/cert\.pem does not/,
    ],
    [
      'a certificate that is none',
      ({ write }) => write('cert.pem', 'half of one'),
      /^vagus\.yaml:3:\d+: tls\.cert: \/cert\.pem must begin/,
    ],
    [
      'a key in place of the certificate',
      ({ write }) => write('cert.pem', keyPem),
      /^vagus\.yaml:3:\d+: tls\.cert: \/cert\.pem must begin/,
    ],
    [
      'a certificate that has ended',
      ({ write }) => write('cert.pem', certificate(now - 2 * day)),
      /tls\.cert: .* ended 2026-01-14T12:00:00\.000Z; renew it$/,
    ],
    [
      'a certificate that has not begun',
      ({ write }) => write('cert.pem', certificate(now + day)),
      /tls\.cert: .* begins 2026-01-16T11:55:00\.000Z; is the clock/,
    ],
    [
      'a key that is not there',
      ({ at }) => rmSync(at('key.pem')),
      /^vagus\.yaml:4:\d+: tls\.key: \/key\.pem does not exist/,
    ],
    [
      'a key that others may read',
      ({ at }) => chmodSync(at('key.pem'), 0o640),
      /^vagus\.yaml:4:\d+: tls\.key: \/key\.pem has mode 0640/,
    ],
    [
      'a key that is none',
      ({ write }) => write('key.pem', secret),
      /^vagus\.yaml:4:\d+: tls\.key: .* no certificate with its key/,
    ],
    [
      'the key of another certificate',
      ({ write }) => write('key.pem', newPrivateKey('p256').export({ format: 'pem', type: 'pkcs8' }).toString()),
      /^vagus\.yaml:4:\d+: tls\.key: the key in \/key\.pem is not that of the certificate in \/cert\.pem$/,
    ],
    [
      'a secret that is not there',
      ({ at }) => rmSync(at('secret')),
      /^vagus\.yaml:9:\d+: operators\.clientSecretFile: \/secret /,
    ],
    [
      'a secret that is empty',
      ({ write }) => write('secret', '\n'),
      /operators\.clientSecretFile: \/secret must hold the secret/,
    ],
    [
      'a secret that others may read',
      ({ at }) => chmodSync(at('secret'), 0o644),
      /operators\.clientSecretFile: \/secret has mode 0644/,
    ],
  ]
  for (const [what, spoil, said] of wrong)
    test(`are not: ${what}`, async () => {
      const files = goodFiles()
      spoil(files)
      const told = await files.problems()
      assert.match(told, said)
      assert.equal(told.split('\n').length, 1)
    })
  test('are all named that are wrong', async () => {
    const { at, problems } = goodFiles()
    rmSync(at('cert.pem'))
    rmSync(at('secret'))
    assert.match(await problems(), /tls\.cert: .*\n.*operators\.clientSecretFile: /)
  })
})
