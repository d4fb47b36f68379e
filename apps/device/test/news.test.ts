import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Commit, southboundNewsSchema } from '@vagus/api/southbound'
import { attemptLimits } from '@vagus/southbound'
import type { DeviceDeed } from '../src/record/device-record.ts'
import { NewsDesk, unknownOf } from '../src/southbound/news.ts'

const noc = { kind: 'agent', id: 'did:key:z6Mknoc', name: 'noc' } as const
const commit = (id: string, state: Commit['state'] = 'pending'): Commit => ({
  id,
  state,
  by: noc,
  comment: 'x'.repeat(5000),
  commands: ['hostname x'],
  added: ['hostname x'],
  removed: [],
  base: 'r1',
  at: '2026-11-28T07:00:00.000Z',
  goesBackAt: null,
  problem: null,
  ended: null,
})

function scene(commits: () => readonly Commit[] = () => []) {
  let now = 1000
  const deeds: DeviceDeed[] = []
  const desk = new NewsDesk({ commits, now: () => now, tell: (deed) => void deeds.push(deed) })
  return { desk, deeds, pass: (ms: number) => void (now += ms) }
}

describe('what a controller is told', () => {
  test('is the first attempt of a caller at once, and the number of those that follow', async () => {
    const { desk, deeds, pass } = scene()
    const { next } = desk
    desk.refused(noc, 'hostname x', 'never')
    await next
    for (let at = 0; at < 9; at++) desk.refused(noc, 'hostname y', 'never')
    pass(attemptLimits.window)
    desk.expire()
    assert.deepEqual(
      desk.all().attempts.map(({ what, count }) => [what, count]),
      [
        ['hostname x', 1],
        ['hostname y', 9],
      ],
    )
    assert.deepEqual(
      deeds.map(({ event, fields, by }) => [event, fields['count'], by.name]),
      [
        ['attempt.refused', 1, 'noc'],
        ['attempt.refused', 9, 'noc'],
      ],
    )
  })
  test('has a form and a length that the contract allows, whatever callers write', () => {
    const { desk, pass } = scene(() => Array.from({ length: 300 }, (_, at) => commit(`commit-${at}`)))
    for (let at = 0; at < 500; at++) {
      desk.refused({ ...noc, id: `did:${at}` }, 'x'.repeat(9000), 'never')
      pass(attemptLimits.window)
    }
    const news = { apiVersion: 'vagus/v1', kind: 'SouthboundNews', device: 'pe-1', ...desk.all() }
    assert.ok(southboundNewsSchema.safeParse(news).success)
    assert.equal(desk.all().attempts.length, attemptLimits.callers)
    assert.ok(JSON.stringify(news).length < 400_000)
  })
  test('is only what it does not know yet', () => {
    const commits = [commit('commit-1')]
    const { desk } = scene(() => commits)
    desk.refused(noc, 'x', 'never')
    const first = unknownOf(desk.all(), new Set())
    assert.deepEqual([first.commits.length, first.attempts.length], [1, 1])
    assert.deepEqual(unknownOf(desk.all(), first.marks), { commits: [], attempts: [], marks: first.marks })
    commits[0] = { ...commits[0]!, goesBackAt: '2026-11-28T07:02:00.000Z' }
    assert.equal(unknownOf(desk.all(), first.marks).commits.length, 1, 'its lines are known now')
    commits.unshift(commit('commit-2'))
    commits[1] = { ...commits[1]!, state: 'reverted', goesBackAt: null }
    assert.deepEqual(
      unknownOf(desk.all(), first.marks).commits.map(({ id, state }) => `${id} ${state}`),
      ['commit-2 pending', 'commit-1 reverted'],
    )
  })
})
