import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../src/failure.ts'
import { paddingOf } from '../src/padding-options.ts'

test('--pad names roles, and --pad-to how it is padded for them', () => {
  assert.deepEqual(paddingOf({ pad: [], 'pad-to': undefined }), { padFor: [] })
  assert.deepEqual(paddingOf({ pad: ['auditor'], 'pad-to': undefined }), { padFor: ['auditor'] })
  assert.deepEqual(paddingOf({ pad: ['*'], 'pad-to': 'classes' }), { padFor: ['*'], padTo: 'classes' })
})

test('--pad-to alone is refused: it would pad for nobody', () => {
  assert.throws(
    () => paddingOf({ pad: [], 'pad-to': 'classes' }),
    (error) => error instanceof Failure && /"--pad-to" needs --pad LIST/.test(error.message),
  )
})
