import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { vagusHome } from '../src/home.ts'

test('the folder of the state is what VAGUS_HOME says, else .vagus in the home folder of the user', () => {
  assert.equal(vagusHome({ VAGUS_HOME: '/srv/vagus' }), '/srv/vagus')
  assert.equal(vagusHome({}), join(os.homedir(), '.vagus'))
})

test('a user without a home folder has none, unless VAGUS_HOME says one', (t) => {
  t.after(syncBuiltinESMExports) // once the mock is gone
  const { mock } = t.mock.method(os, 'homedir', () => {
    throw new Error('uv_os_homedir returned ENOENT')
  })
  syncBuiltinESMExports()
  assert.equal(vagusHome({}), undefined)
  assert.equal(vagusHome({ VAGUS_HOME: '/srv/vagus' }), '/srv/vagus')
  mock.restore()
})
