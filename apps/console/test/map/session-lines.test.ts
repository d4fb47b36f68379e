import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Topology } from '@vagus/api'
import { sessionPairsOf } from '../../src/figures/session-pairs.ts'
import { curveText, pointOn } from '../../src/map/curve.ts'
import { overlap } from '../../src/map/geometry.ts'
import { layoutMap } from '../../src/map/map-layout.ts'
import { agentsBySite, noteOf, placeNotes, sessionLinesOf } from '../../src/map/session-lines.ts'
import { agentAt, told } from '../session-maker.ts'

const kinds = { 'pe-1': 'edge', 'pe-2': 'edge', office: 'site', field: 'site', dc: 'site', both: 'site' } as const
const ends = ['pe-1 pe-2', 'office pe-1', 'field pe-1', 'dc pe-2', 'both pe-1', 'both pe-2'].map((each) =>
  each.split(' '),
)
const topology: Topology = {
  apiVersion: 'vagus/v1',
  kind: 'Topology',
  nodes: Object.entries(kinds).map(([name, kind]) => ({ name, kind, as: null })),
  links: ends.map(([a = '', z = ''], index) => ({ name: `link-${index}`, a, z, capacity: 1e8 })),
}
const layout = layoutMap(topology, 880)
const agents = [
  agentAt('reader', 'office'),
  agentAt('planner', 'office'),
  agentAt('writer', 'dc'),
  agentAt('courier', 'field'),
  agentAt('keeper', 'both'),
  agentAt('hub', null),
  agentAt('lost', 'a site that is not on the map'),
]
const linesOf = (...sessions: readonly ReturnType<typeof told>[]) =>
  sessionLinesOf(sessionPairsOf(sessions), agents, layout)

test('agents stand at their site in the order of their names; those of no site at none', () => {
  const bySite = agentsBySite(agents)
  assert.deepEqual(
    bySite.get('office')?.map(({ name }) => name),
    ['planner', 'reader'],
  )
  assert.equal([...bySite.values()].flat().length, agents.length - 1)
  assert.equal(agentsBySite([]).size, 0)
})

describe('sessions between agents of two sites', () => {
  test('are one line, whichever end began them, with as many as are silent', () => {
    const lines = linesOf(
      told('reader', 'writer'),
      told('writer', 'reader', { role: 'responder' }),
      told('writer', 'planner', { state: 'silent' }),
    )
    assert.deepEqual(
      lines.map(({ sites, pairs, silent }) => [sites, pairs.length, silent]),
      [[['dc', 'office'], 2, 1]],
    )
    assert.deepEqual(lines.map(noteOf), ['1 of 2 silent'])
  })
  test('have no line inside a site, with an agent of none or of one that is not on the map, or with a stranger', () => {
    const none = ['planner', 'hub', 'lost', 'stranger'].map((peer) => told('reader', peer))
    assert.deepEqual(linesOf(...none), [])
    assert.deepEqual(linesOf(), [])
  })
  test('run from the side of one box to that of the other, and inside the map', () => {
    const lines = linesOf(
      told('reader', 'writer'),
      told('reader', 'courier'),
      told('reader', 'keeper'),
      told('writer', 'keeper'),
    )
    assert.equal(lines.length, 4)
    for (const { curve, sites } of lines) {
      for (const [index, end] of [curve.from, curve.to].entries()) {
        const box = layout.nodes.get(sites[index]!)!
        const across = Math.abs(end.x - box.x) / box.halfWidth
        const down = Math.abs(end.y - box.y) / box.halfHeight
        assert.ok(Math.abs(Math.max(across, down) - 1) < 1e-9, `${sites.join()} at ${sites[index]}`)
      }
      for (let share = 0; share <= 1; share += 0.05) {
        const { x, y } = pointOn(curve, share)
        assert.ok(x >= 0 && x <= layout.width && y >= 0 && y <= layout.height)
        for (const box of layout.nodes.values())
          if (box.kind === 'site' && !sites.includes(box.name))
            assert.ok(!overlap({ x, y, halfWidth: 0, halfHeight: 0 }, box), `${sites.join()} through ${box.name}`)
      }
      assert.deepEqual([pointOn(curve, 0), pointOn(curve, 1)], [curve.from, curve.to])
      assert.match(curveText(curve), /^M[\d.]+ [\d.]+C(?:-?[\d.]+ ?){6}$/)
    }
  })
  test('have words where the line does not say it, beside what is there already', () => {
    const [plain, silent, several] = [
      linesOf(told('reader', 'writer')),
      linesOf(told('reader', 'writer', { state: 'silent' })),
      linesOf(told('reader', 'writer'), told('planner', 'writer')),
    ]
    assert.deepEqual(placeNotes(plain, []), [])
    assert.equal(placeNotes(silent, [])[0]?.text, 'silent')
    const note = placeNotes(several, [])[0]!
    assert.equal(note.text, '2 sessions')
    const [moved] = placeNotes(several, [note])
    assert.ok(!overlap(moved!, note))
  })
})
