import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { labList, steer } from '../src/index.ts'

test(
  'kill -9 of the controller and of all agents beside routers while an approval is in force: the neighbour has the routes of before within the hold time, and no packet is lost for it',
  { skip: needs('netns', 'frr') },
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-steer-'))
    try {
      const report = await steer({ mode: 'kill', seconds: 10, seed: 1, home, listen: '127.0.0.1:17916' })
      const { killed, approval, updates, newPrefixes, newPlaces, routesAsBefore, course } = report
      const said = JSON.stringify({ ...report, course: {} }, null, 1)
      assert.deepEqual(killed!.programs, ['controller', 'pe-1.device', 'pe-2.device', 'pe-3.device'])
      assert.ok(approval!.leases.some(({ med }) => med !== null) && updates.approved > 0, `there was one: ${said}`)
      // The hold time of the sessions between agents and routers, and what two looks at the neighbour take on a busy machine.
      assert.ok(killed!.routesAsBefore !== null && killed!.routesAsBefore < 9000 + 10_000, said)
      assert.ok(killed!.probes.sent >= 50 && killed!.probes.lost === 0, said)
      assert.deepEqual([newPrefixes, newPlaces, routesAsBefore], [[], [], true])
      assert.ok(
        course.links.length === 3 && course.links.every(({ steps }) => steps.length > 20),
        JSON.stringify(course),
      )
      assert.deepEqual(await labList({ home }), [])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  },
)
