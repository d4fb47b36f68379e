/** Random operations on lines with and without a second path, while routers and links come and go, and the controller dies. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { protectingPath, usedPath } from '../../src/lines/line-book.ts'
import { request, Scene } from './scene.ts'

const links = ['r1-r2', 'r2-r4', 'r1-r3', 'r3-r4']
const share = 0.9 * 100e6

type Operation = (scene: Scene) => unknown
const named = (name: string, run: Operation) => Object.assign((scene: Scene) => run(scene), { toString: () => name })

const lineId = fc.integer({ min: 1, max: 3 }).map((number) => `line-${number}`)
const rate = fc.constantFrom(5e6, 20e6, 40e6, 70e6)
const refused = (work: () => unknown): unknown => Promise.try(work).catch(() => undefined)

const operations = fc.oneof(
  fc
    .tuple(rate, fc.boolean())
    .map(([bitsPerSecond, protect]) =>
      named(`order ${bitsPerSecond} ${protect}`, ({ book, desk }) =>
        book.open.length >= 3
          ? undefined
          : refused(() => desk.order({ ...request, bitsPerSecond, protect }, undefined)),
      ),
    ),
  fc
    .tuple(
      lineId,
      fc.oneof(
        rate.map((bitsPerSecond) => ({ bitsPerSecond })),
        fc.boolean().map((protect) => ({ protect })),
        fc.constantFrom('r2', 'r3', 'r3-r4', null).map((avoid) => ({ avoid })),
        fc.integer({ min: 30, max: 180 }).map((later) => ({ later })),
      ),
    )
    .map(([id, change]) =>
      named(`change ${id} ${JSON.stringify(change)}`, (scene) => {
        const end = 'later' in change ? { end: new Date(scene.now + change.later * 60_000).toISOString() } : change
        return refused(() => scene.desk.change(id, end))
      }),
    ),
  lineId.map((id) => named(`release ${id}`, (scene) => refused(() => scene.desk.release(id)))),
  fc
    .tuple(fc.constantFrom(...links), fc.boolean())
    .map(([link, isDown]) =>
      named(`${link} ${isDown ? 'down' : 'up'}`, (scene) => (isDown ? scene.down.add(link) : scene.down.delete(link))),
    ),
  fc.tuple(fc.constantFrom('r1', 'r2', 'r3', 'r4'), fc.constantFrom('away', 'back', 'lost')).map(([device, what]) =>
    named(`${device} ${what}`, ({ routers }) => {
      if (what === 'lost') routers.lose(device)
      else if (what === 'away') routers.away.add(device)
      else routers.away.delete(device)
    }),
  ),
  fc
    .tuple(fc.constantFrom('prepare', 'confirm', 'release'), fc.constantFrom('decline', 'unheard', 'unanswered'))
    .map(([what, mood]) => named(`${what} ${mood}`, ({ routers }) => routers.moods.push({ what, mood }))),
  fc.constant(named('crash', (scene) => scene.crash())),
  fc.integer({ min: 1, max: 15 }).map((count) => named(`${count} s`, (scene) => scene.seconds(count))),
)

describe('lines, whatever is done to them', () => {
  test('have in the routers what the book says, once all is quiet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operations, { minLength: 3, maxLength: 14 }), async (list) => {
        const scene = new Scene()
        for (const operation of list) {
          await operation(scene)
          await scene.settled()
        }
        scene.down.clear()
        scene.routers.away.clear()
        scene.routers.moods.length = 0
        await scene.seconds(100)
        const { book, routers } = scene
        const held = book.open.flatMap((line) =>
          [usedPath(line), protectingPath(line)].flatMap((laid) =>
            (laid?.parts ?? []).map(({ place }) => `${place.part.type} ${laid!.number} at ${place.device}`),
          ),
        )
        assert.deepEqual(routers.inForce, held.toSorted())
        for (const line of book.open) {
          assert.equal(line.state, 'active', `${line.id}: ${line.because}`)
          for (const laid of [usedPath(line)!, protectingPath(line)]) {
            if (laid !== undefined)
              assert.ok(routers.endOf(laid.number) >= line.wish.end, `path ${laid.number} ends before`)
          }
          assert.equal(
            line.protection === undefined,
            protectingPath(line) === undefined,
            `${line.id}: room, and no path`,
          )
        }
        for (const [device, name] of ['r1 eth1', 'r1 eth2', 'r4 eth1', 'r4 eth2'].map((port) => port.split(' ')))
          assert.ok(routers.heldOn(device!, name!) <= share, `${device} ${name}: more is held than there is`)
      }),
      { numRuns: Number(process.env['VAGUS_RUNS'] ?? 25) },
    )
  })

  test('keep their first path while only the second one fails, comes back, or is refused', async () => {
    const second = fc.constantFrom<readonly [string, Operation]>(
      ['r1-r3 down', ({ down }) => down.add('r1-r3')],
      ['r1-r3 up', ({ down }) => down.delete('r1-r3')],
      ['r3 away', ({ routers }) => routers.away.add('r3')],
      ['r3 back', ({ routers }) => routers.away.delete('r3')],
      ['r3 lost', ({ routers }) => routers.lose('r3')],
      ['r3 deaf', ({ routers }) => routers.deaf.add('r3')],
      ['r3 hears', ({ routers }) => routers.deaf.delete('r3')],
      ['r3 declines', ({ routers }) => routers.moods.push({ what: 'prepare', device: 'r3', mood: 'decline' })],
      ['protect', ({ desk }) => desk.change('line-1', { protect: true }).catch(() => undefined)],
      ['not', ({ desk }) => desk.change('line-1', { protect: false })],
      ['avoid', ({ desk }) => desk.change('line-1', { avoid: 'r3' })],
      ['avoid none', ({ desk }) => desk.change('line-1', { avoid: null })],
      ['end', (scene) => scene.desk.change('line-1', { end: new Date(scene.now + 7_200_000).toISOString() })],
      ['crash', (scene) => scene.crash()],
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(second, fc.integer({ min: 0, max: 12 })), { maxLength: 12 }), async (list) => {
        const scene = new Scene()
        await scene.ordered({ protect: true })
        for (const [[, operation], seconds] of list) {
          await operation(scene)
          await scene.seconds(seconds)
          const { state, number, moves } = scene.line()
          assert.deepEqual([state, number, moves], ['active', 1, 0])
        }
      }),
      { numRuns: Number(process.env['VAGUS_RUNS'] ?? 25) },
    )
  })
})
