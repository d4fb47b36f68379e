/** Files with secrets that options name: each goes past the guard of the keyring. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { controllerAddress } from '../src/address.ts'
import { exitCode } from '../src/exit-code.ts'
import { Failure } from '../src/failure.ts'
import { localTokens } from '../src/local-tokens.ts'
import { keepLogin, loginFor } from '../src/login/logins.ts'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { recorded } from './surroundings.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-secrets-'))
after(() => rmSync(folder, { recursive: true }))
let count = 0 // tests of one process run at once
function fileOf(text: string, mode = 0o600): string {
  const path = join(folder, `${count++}-secrets`)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}
const token = '0123456789abcdef'

describe('tokens of local programs', () => {
  const refused = async (text: string, program: readonly string[] = [], mode = 0o600): Promise<string> => {
    const error = await localTokens(fileOf(text, mode), { program }).then(String, (reason: unknown) => reason)
    assert.ok(error instanceof Failure && error.exit === exitCode.usage, String(error))
    return error.message
  }
  test('are those of the file, behind one for the program', async () => {
    const text = `one ${token}\none ${token}f\n`
    const lines = [
      [token, 'one'],
      [`${token}f`, 'one'],
    ]
    assert.deepEqual([...(await localTokens(fileOf(text), { program: [] }))], lines)
    const [own, ...others] = await localTokens(fileOf(text), { program: ['node', 'boss.js'] })
    assert.deepEqual([own?.[1], others], ['program', lines])
    assert.match(own![0], /^[\w-]{32}$/)
  })
  test('are refused with what is wrong', async () => {
    assert.match(await refused(`one ${token}`, [], 0o640), /--tokens: \S+ has mode 0640, .*: chmod 600 \S+secrets$/)
    assert.match(await refused(`one ${token} read`), /"one" of \S+ has scopes, which count only at "vagus gateway"/)
    assert.match(await refused('one short'), /line 1 of \S+ is not NAME TOKEN/)
  })
  test('are never none: a side-car without tokens lets everybody call', async () => {
    assert.match(await refused('# nobody\n'), /has no token, so nobody could call/)
    assert.equal((await localTokens(fileOf('# nobody\n'), { program: ['x'] })).size, 1)
  })
})

test('logins that others could read are none, and none is added to them', async () => {
  const address = controllerAddress('https://noc.example')
  const login = { token: 't', name: 'alice', until: null }
  await keepLogin(folder, address, login)
  assert.deepEqual(await loginFor(address, { VAGUS_HOME: folder }), login)
  chmodSync(join(folder, 'logins.json'), 0o640)
  assert.equal(await loginFor(address, { VAGUS_HOME: folder }), undefined)
  await assert.rejects(keepLogin(folder, address, login), /logins\.json has mode 0640, .* it must be 0600/)
})

test('a token to sign in with is refused where others could read it', async () => {
  const around = recorded(300)
  const words = ['login', 'https://127.0.0.1:9', '--token-file', fileOf(token, 0o644), '--home', folder]
  assert.equal(await run(registry, words, around), exitCode.usage)
  assert.match(around.written.err, /--token-file: \S+secrets has mode 0644, .*0600\n {2}chmod 600 \S+secrets\n/)
})
