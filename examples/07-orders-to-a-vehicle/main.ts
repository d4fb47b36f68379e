/**
 * A dispatcher gives orders to a vehicle, whose program is killed in the middle and starts again: each order is driven once
 * and in order. Run it: `node examples/07-orders-to-a-vehicle/main.ts`. `vagus lab run vehicles` has the same between cells.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Keyring } from '@vagus/keyring'

const folder = mkdtempSync(join(tmpdir(), 'vagus-example-'))
const keyring = new Keyring(folder) // on several hosts: a keyring on each, and names from a controller's list
for (const role of ['dispatcher', 'vehicle'])
  keyring.create(role, { role, skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 }, Date.now())

const start = (name: string): ChildProcess =>
  spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`), folder], { stdio: 'inherit' })
const driven = (): readonly string[] => {
  const file = join(folder, 'driven.txt')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

const dispatcher = start('dispatcher')
const exit = once(dispatcher, 'exit')
let vehicle = start('vehicle')
while (driven().length < 5) await sleep(5)
vehicle.kill('SIGKILL')
await once(vehicle, 'exit')
vehicle = start('vehicle')

const [code] = (await exit) as [number | null]
assert.equal(code, 0)
assert.deepEqual(
  driven().map((line) => line.split(' ')[1]),
  Array.from({ length: 20 }, (_, at) => `order-${at + 1}`),
)
console.log(
  '20 orders, each driven once and in order, across kill -9 of the vehicle; a stop that came too late was refused',
)
vehicle.kill()
await once(vehicle, 'exit')
rmSync(folder, { recursive: true })
