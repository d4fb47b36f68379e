import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { KeyringError } from '@vagus/keyring'
import { startFailure } from '../src/commands/controller.ts'
import type { Failure } from '../src/failure.ts'

describe('state that a controller cannot use', () => {
  for (const [what, code, fix] of [
    ['of another process', 'locked', /--home FOLDER$/],
    ['on a full disk', 'disk-full', /^free space there: df \/state$/],
    ['of a newer version', 'newer', /^update Vagus here/],
    ['that the disk does not give', 'io', /^vagus doctor$/],
  ] as const)
    test(`${what} says what helps`, () => {
      const error = Object.assign(new Error('because'), { code })
      assert.match((startFailure(error, '/state') as Failure).fix, fix)
    })
  test('that others may read says the command that mends it', () => {
    const error = new KeyringError('wide-mode', 'k has mode 0644', 'chmod 600 k')
    assert.equal((startFailure(error, '/state') as Failure).fix, 'chmod 600 k')
  })
})
