import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { readKeyFile } from '../src/index.ts'

describe('a file with the key of a session', () => {
  let folder = ''
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'vagus-key-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  function fileOf(text: string, mode: number): string {
    const path = join(folder, 'key')
    writeFileSync(path, text, { mode })
    return path
  }

  test('gives what is in it, without the line break of an editor', () => {
    assert.equal(readKeyFile(fileOf('s3cret and more\n', 0o600)), 's3cret and more')
  })

  test('is refused when others may read it', () => {
    assert.throws(() => readKeyFile(fileOf('s3cret', 0o640)), {
      name: 'RangeError',
      message: /^key file \S+key has mode 0640.*must be 0600: chmod 600 \S+key$/,
    })
  })

  test('is refused when it holds no key, or a longer one than the kernel takes', () => {
    assert.throws(() => readKeyFile(fileOf('\n', 0o600)), { message: /must hold the secret, and is empty/ })
    assert.throws(() => readKeyFile(fileOf('x'.repeat(81), 0o600)), { message: /1\.\.80 octets, got 81/ })
  })

  test('that is not there is named', () => {
    assert.throws(() => readKeyFile(join(folder, 'none')), {
      name: 'RangeError',
      message: /none does not exist/,
    })
  })
})
