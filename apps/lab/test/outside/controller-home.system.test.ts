import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { operatorKeyOfLab } from '../../src/outside/controller-home.ts'
import { writeHolder } from '../../src/outside/holding-process.ts'

test("the operator's key of a lab is found by where its controller is asked, as long as the lab runs", (t) => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-labs-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const folder = join(home, 'lab/metro')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'lab.json'), JSON.stringify({ listen: '127.0.0.1:7600' }))
  const at = { host: '127.0.0.1', port: 7600 }
  assert.equal(operatorKeyOfLab(at, home), undefined, 'nothing runs')
  writeHolder(folder, process.pid)
  const key = join(folder, 'home/operator.key')
  assert.equal(operatorKeyOfLab(at, home), key)
  assert.equal(operatorKeyOfLab({ ...at, host: 'localhost' }, home), key)
  assert.equal(operatorKeyOfLab({ path: join(folder, 'controller.sock') }, home), key)
  assert.equal(operatorKeyOfLab({ ...at, port: 7601 }, home), undefined)
  assert.equal(operatorKeyOfLab({ path: '/run/vagus.sock' }, home), undefined)
})
