import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { dataFolder } from '../src/data-folder.ts'
import { cleanEnvironment } from '../src/outside/namespaces.ts'
import { measuredMatrix } from '../src/traffic/measured-matrix.ts'

test('a relative VAGUS_DATA is seen from where one stands, and the lab inside gets it whole', () => {
  process.chdir('/tmp')
  process.env['VAGUS_DATA'] = 'nosuch/data'
  assert.equal(dataFolder(), '/tmp/nosuch/data')
  assert.equal(cleanEnvironment()['VAGUS_DATA'], '/tmp/nosuch/data')
  assert.throws(() => measuredMatrix('abilene', 3), {
    code: 'usage',
    message: /^there is no \/tmp\/nosuch\/data\/te\/abilene-w1\.f32\.gz; set VAGUS_DATA /,
  })
})

test('without VAGUS_DATA it is shared/data beside the checkout', () => {
  delete process.env['VAGUS_DATA']
  assert.equal(dataFolder(), resolve(import.meta.dirname, '../../../../shared/data'))
})
