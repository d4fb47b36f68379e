import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { secretsOf } from '../../src/snmp/secrets.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-secrets-'))
after(() => rmSync(folder, { recursive: true }))

function read(text: string, version: '3' | '2c' = '3', mode = 0o600) {
  const path = join(folder, 'secrets')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return secretsOf({ version, level: 'authPriv', secretsFile: path })
}

void describe('secrets of SNMP', () => {
  void test('are lines, with comments and quotes', () => {
    assert.deepEqual(read('# of all routers\nauth: "an auth secret"\n\nprivacy:  private-one \n'), {
      auth: 'an auth secret',
      privacy: 'private-one',
    })
    assert.deepEqual(read('community: public\nauth: not needed\n', '2c'), { community: 'public' })
  })
  void test('nobody else may read', () => {
    assert.throws(
      () => read('community: public', '2c', 0o640),
      /has mode 0640, .* it must be 0600: chmod 600 \S+secrets$/,
    )
  })
  void test('mistakes are told with what would be right, and never with what stands there', () => {
    for (const [text, problem] of [
      ['auth: hush-hush-1', /must have a line "privacy: SECRET"/],
      ['auth: short\nprivacy: hush-hush-1', /"auth".*at least 8 characters/],
      ['hush-hush-1', /:1 must be "auth", "privacy", "community"/],
      ['auth: hush-hush-1\nauth: hush-hush-2', /:2 has "auth" a second time/],
      ['auth:', /:1: "auth" must have 1\.\.255 characters/],
      [`auth: ${'hush-hush'.repeat(50)}`, /:1: "auth" must have 1\.\.255/],
    ] as const)
      assert.throws(
        () => read(text),
        ({ message }: Error) => problem.test(message) && !message.includes('hush'),
        text,
      )
  })
  void test('a file that is not there is named', () => {
    const target = { version: '2c', level: 'authPriv', secretsFile: join(folder, 'none') } as const
    assert.throws(() => secretsOf(target), /none does not exist/)
  })
  void test('none are needed without authentication', () => {
    assert.deepEqual(secretsOf({ version: '3', level: 'noAuthNoPriv', secretsFile: undefined }), {})
  })
})
