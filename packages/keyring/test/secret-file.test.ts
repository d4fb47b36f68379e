import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { KeyringErrorCode } from '../src/errors.ts'
import {
  KeyringError,
  maxSecretFileOctets,
  readSecret,
  readSecretFile,
  readSecretFileIfAny,
} from '../src/secret-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-secret-'))
after(() => rmSync(folder, { recursive: true }))
let count = 0
function fileOf(content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, `secret-${count++}`)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}
const refusedAs = (code: KeyringErrorCode, sentence: RegExp) => (error: unknown) => {
  assert.ok(error instanceof KeyringError)
  assert.equal(error.code, code)
  assert.match(error.sentence, sentence)
  return true
}

describe('a file with secrets', () => {
  test('is read where it is for its owner alone', () => {
    for (const mode of [0o600, 0o400, 0o700]) assert.equal(readSecretFile(fileOf('one\ntwo\n', mode)), 'one\ntwo\n')
  })
  for (const mode of [0o640, 0o620, 0o610, 0o604, 0o602, 0o601])
    test(`is refused with mode ${mode.toString(8)}, with the command that mends it`, () => {
      const path = fileOf('secret', mode)
      const sentence = new RegExp(`^${path} has mode 0${mode.toString(8)}, .* it must be 0600: chmod 600 ${path}$`)
      assert.throws(() => readSecretFile(path), refusedAs('wide-mode', sentence))
      chmodSync(path, 0o600)
      assert.equal(readSecretFile(path), 'secret')
    })
  test('says what to do if somebody may have read it, and takes its name as the shell does', () => {
    const path = join(folder, "it's one")
    writeFileSync(path, 'secret', { mode: 0o644 })
    assert.throws(
      () => readSecretFile(path, { renewal: 'vagus id rotate NAME' }),
      ({ fix }: KeyringError) =>
        fix.startsWith(`chmod 600 '${folder}/it'\\''s one'   (`) && fix.endsWith(': vagus id rotate NAME)'),
    )
  })
  test('that is not there is none, or is named with the command that makes it', () => {
    const path = join(folder, 'none')
    assert.equal(readSecretFileIfAny(path), undefined)
    assert.throws(
      () => readSecretFile(path),
      refusedAs('unavailable', /none does not exist: .*install -m 600 \S+ \S+none$/),
    )
  })
  test('may be behind a link, and then the mode of the file counts', () => {
    const [link, wide, nowhere] = [join(folder, 'link'), join(folder, 'wide'), join(folder, 'nowhere')]
    symlinkSync(fileOf('secret'), link)
    assert.equal(readSecretFile(link), 'secret')
    symlinkSync(fileOf('secret', 0o644), wide)
    assert.throws(() => readSecretFile(wide), refusedAs('wide-mode', /wide has mode 0644/))
    symlinkSync('/gone', nowhere)
    assert.equal(readSecretFileIfAny(nowhere), undefined)
    assert.throws(() => readSecretFile(nowhere), refusedAs('unavailable', /is a link to \/gone, which does not exist/))
  })
  test('is no folder and no device', () => {
    const path = join(folder, 'folder')
    mkdirSync(path, { mode: 0o700 })
    assert.throws(() => readSecretFile(path), refusedAs('damaged', /is a folder, not a file/))
    assert.throws(() => readSecretFile('/dev/zero'), refusedAs('damaged', /is a device, not a file/))
  })
  test('has at most as many octets as are read', () => {
    const most = 'x'.repeat(maxSecretFileOctets)
    assert.equal(readSecretFile(fileOf(most)).length, maxSecretFileOctets)
    assert.throws(() => readSecretFile(fileOf(`${most}x`)), refusedAs('damaged', /has more than 1048576 octets/))
    assert.throws(() => readSecretFile(fileOf('12345'), { maxOctets: 4 }), refusedAs('damaged', /more than 4 octets/))
  })
  test('may begin with the byte order mark of an editor, which is none of it', () => {
    assert.equal(readSecretFile(fileOf('\ufeffsecret')), 'secret')
  })
})

describe('a secret that is all of a file', () => {
  test('is its one line, without the line breaks behind it', () => {
    for (const text of ['a secret ', 'a secret \n', 'a secret \r\n', '\ufeffa secret \n\n'])
      assert.equal(readSecret(fileOf(text)), 'a secret ')
  })
  test('is refused where it is empty, several lines, or no text, and no error shows it', () => {
    for (const [content, problem] of [
      ['', /must hold the secret, and is empty: one line of UTF-8/],
      ['\r\n\n', /must hold the secret, and is empty/],
      ['hush\nhush', /must hold the secret alone, and has several lines/],
      [new Uint8Array([0x68, 0x75, 0x73, 0x68, 0xe4]), /must hold the secret in UTF-8, and has other octets/],
    ] as const)
      assert.throws(
        () => readSecret(fileOf(content)),
        (error: unknown) => refusedAs('damaged', problem)(error) && !(error as Error).message.includes('hush'),
      )
  })
})
