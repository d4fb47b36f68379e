import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { faultOf, labFault, labList, type LabUp, labUp, steer } from '../src/index.ts'
import { actedByItself, type Played, type Stage } from '../src/steer/acts.ts'
import { withoutDevice } from '../src/steer/faults.ts'
import { newPlaces, newPrefixes, sameRoutes } from '../src/steer/routes.ts'
import { Scene } from '../src/steer/scene.ts'

// Two labs, which wait for steps of their controllers more than they compute.
describe('steering in a lab', { skip: needs('netns', 'frr'), concurrency: true }, () => {
  test('a border link fills, what is proposed is agreed with the agents and relieves it, and undone the neighbour has the routes of before', async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-steer-'))
    try {
      const report = await steer({ mode: 'approve', seconds: 10, seed: 1, home, listen: '127.0.0.1:17912' })
      const { stretches, proposal, approval, ending, updates } = report
      const said = JSON.stringify(report, null, 1)
      const [usual, full] = [stretches.usual, stretches.noAction]
      const relieved = stretches.after
      assert.ok(usual.lost < 0.01, said)
      assert.ok(full.lost > 0.01 && relieved.lost < full.lost / 2, said)
      assert.ok(
        relieved.links.every(({ mean, capacity }) => mean < capacity * 0.95),
        said,
      )
      const moved = new Set(proposal.moves.map(({ to }) => to))
      for (const { link, mean } of relieved.links.filter((one) => moved.has(one.link))) {
        const idle = full.links.find((one) => one.link === link)!
        assert.ok(mean > 10 * idle.mean, `${link}: ${said}`)
      }
      assert.ok(approval!.relief !== null, said)
      // Each lease is prepared and confirmed, and no agent was asked for a prefix that was not proposed.
      const set = approval!.leases.filter(({ med }) => med !== null)
      assert.ok(set.length > 0 && approval!.negotiations.agreed >= 2 * set.length, said)
      const proposed = new Set(proposal.moves.map(({ prefix }) => prefix))
      assert.deepEqual(
        approval!.leases.filter(({ prefix }) => !proposed.has(prefix)),
        [],
      )
      for (const { med, after: told } of set)
        assert.ok(
          told!.every((one) => one.med === med),
          said,
        )
      const { newPrefixes: added, newPlaces: elsewhere, routesAsBefore } = report
      assert.deepEqual([updates.before, added, elsewhere, routesAsBefore], [0, [], [], true])
      assert.ok(updates.approved > 0 && updates.undone > 0 && ending!.routesAsBefore !== null, said)
      assert.deepEqual([proposal.because[0]!.link, proposal.expected.length], ['pe-1-tr-1', 3])
      assert.deepEqual(await labList({ home }), [])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })

  describe('a controller that acts by itself within bounds', { concurrency: false }, () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-steer-'))
    const where = { name: 'steer', home }
    let lab: LabUp
    let stage: Stage
    let played: Played

    before(async () => {
      lab = await labUp({
        ...where,
        topology: 'border',
        mode: 'attached',
        listen: '127.0.0.1:17913',
        programs: ['controller', 'exporters', 'devices', 'traffic'],
        traffic: { seed: 1, matrix: 'gravity', load: 0.1 },
        steering: { act: 'by-itself', bounds: { proven: 0, lease: '10m' } },
      })
      const scene = await Scene.of(lab, where, {})
      await scene.watch.ready(120_000)
      const told = await scene.told()
      await scene.surge()
      const { proposal } = await scene.watch.proposed(180_000, 'open or acted')
      stage = { scene, before: told, proposal, seconds: 0 }
    })
    after(async () => {
      await lab?.down()
      rmSync(home, { recursive: true, force: true })
    })

    test('moves traffic off a full link without a person, and tells the neighbour of no prefix that it did not know', async () => {
      played = await actedByItself(stage)
      const { approval, approved } = played
      const said = JSON.stringify(approval, null, 1)
      assert.equal(approval!.by, 'vagus')
      assert.deepEqual(newPrefixes(stage.before, approved), [])
      assert.ok(!sameRoutes(stage.before, approved), said)
      assert.deepEqual(newPlaces(stage.before, approved), [], 'nobody else is told')
    })

    test('can be killed: what is in force stays, and started again it knows that', async () => {
      const { scene } = stage
      await labFault(faultOf(['kill', 'controller']), where)
      assert.ok(await scene.keeps(played.approved, Date.now() + 5000))
      await labFault(faultOf(['restart', 'controller']), where)
      await eventually('it knows what is in force', async () => (await scene.watch.inForce(30_000)).id === played.id)
      const connected = async () => scene.watch.connected()
      await eventually('the agents are connected again', async () => (await connected()).length === 3)
      assert.ok(await scene.keeps(played.approved, Date.now() + 1000))
    })

    test('ends the rest of an approval when the agent beside one router lost its part by kill -9', async () => {
      const lost = await withoutDevice(stage, played.id, 'restarted')
      const { ownAsBefore, noticed, routesAsBefore, events, ...more } = lost
      const said = JSON.stringify({ ownAsBefore, noticed, routesAsBefore, events, ...more })
      assert.ok(ownAsBefore !== null && noticed !== null && routesAsBefore !== null, said)
      assert.ok(events.includes('steering.ended'), said)
    })
  })
})
