import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { labList, roam } from '../src/index.ts'

// They wait for the schedule of the moves more than they compute.
describe('the scenario roam', { skip: needs('netns', 'frr'), concurrency: true }, () => {
  test('an A2A stream of a moving agent loses nothing over Vagus, in moves planned and sudden and when its side-car is killed', async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-roam-'))
    try {
      const { halves, sent, incidents, provenance } = await roam({
        moves: 4,
        how: 'mixed',
        kill: 'side-cars',
        seed: 1,
        home,
      })
      const { lost, duplicated, gaps } = halves.vagus
      assert.deepEqual({ lost, duplicated }, { lost: 0, duplicated: 0 })
      assert.deepEqual([gaps.planned?.count, gaps.sudden?.count, gaps.killed?.count], [2, 2, 1])
      assert.deepEqual([provenance.seed, provenance.matrix], [1, null])
      for (const [at, { began, planned, late }] of incidents.entries()) {
        assert.ok(at === 0 || began >= incidents[at - 1]!.done + 3000, JSON.stringify(incidents))
        assert.equal(late, began - planned)
      }
      assert.ok(halves.https.broken > 0 && halves.https.lost < sent, 'the client without side-cars moved, too')
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })

  test('a run that is aborted after its last move ends at once, with the reason and without a lab', async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-roam-'))
    try {
      const stop = new AbortController()
      const reason = new Error('enough')
      let abortedAt = 0
      const onIncident = (): void => {
        abortedAt = performance.now()
        stop.abort(reason)
      }
      const plan = { moves: 1, how: 'planned', kill: 'none', seed: 1 } as const
      await assert.rejects(roam({ ...plan, home, onIncident, signal: stop.signal }), (error) => error === reason)
      // The stream goes on for 6 s by then.
      assert.ok(performance.now() - abortedAt < 6000, `${performance.now() - abortedAt} ms`)
      assert.deepEqual(await labList({ home }), [])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })

  test('a run whose reader dies fails and says which', async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-roam-'))
    try {
      const onIncident = (made: number): void => {
        if (made > 1) return
        const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
        const has = (pid: string, file: 'cmdline' | 'environ', words: string): boolean =>
          readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(words)
        const reader = children.find(
          // The certificate that it believes is in the folder of its lab.
          (pid) => has(pid, 'cmdline', '/a2a/reader/main.ts\0https:') && has(pid, 'environ', home),
        )
        process.kill(-Number(reader), 'SIGKILL') // a session of its own
      }
      const plan = { moves: 4, how: 'planned', kill: 'none', seed: 1 } as const
      await assert.rejects(roam({ ...plan, home, onIncident }), /the reader over HTTPS ended \(SIGKILL\)/)
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
