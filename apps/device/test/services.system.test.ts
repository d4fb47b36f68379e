/** A router that serves by role: what a member's marks are worth under load, and what those of others are not. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { needs } from '../../../scripts/needs.ts'

interface Trips {
  readonly p50: number
  readonly p99: number
  readonly lost: number
}

interface Outcome extends Readonly<Record<'without' | 'control' | 'above' | 'plain' | 'spoofed', Trips>> {
  readonly counts: { readonly foreign: number; readonly beyond: number }
  readonly before: string
  readonly during: string
  readonly after: string
  readonly deeds: readonly string[]
  readonly said: readonly string[]
  /** Files in it. */
  readonly home: readonly string[]
  /** Queues of a link that an agent which was killed had, and this one has not. */
  readonly moved: { readonly before: string; readonly after: string }
  readonly killed: { readonly alive: string; readonly after: string }
}

const skip = process.getuid?.() === 0 ? needs('netns', 'nft') : 'needs root'

test(
  'marks of a member go before a full queue, marks of others gain nothing, and nothing is left, nor after kill -9',
  { skip },
  async () => {
    const fixture = join(import.meta.dirname, 'fixtures', 'service-router.ts')
    const words = ['-nm', process.execPath, '--disable-warning=ExperimentalWarning', fixture]
    const { stdout } = await promisify(execFile)('unshare', words, { timeout: 60_000 })
    const { without, control, above, plain, spoofed, counts, before, during, after, deeds, said, killed, moved, home } =
      JSON.parse(stdout) as Outcome
    const seen = JSON.stringify({ without, control, above, plain, spoofed, counts, said })
    assert.ok(control.p50 * 10 < plain.p50, seen)
    assert.ok(control.p50 * 10 < without.p50, seen)
    assert.equal(control.lost, 0, seen)
    for (const one of [above, spoofed]) assert.ok(one.p50 > 10 * control.p50, seen)
    assert.ok(counts.foreign > 100, seen)
    assert.match(during, /vagus_services/)
    assert.equal(after, before)
    assert.deepEqual(home, [])
    assert.match(moved.before, /htb 5641:/)
    assert.doesNotMatch(moved.after, /5641:/)
    assert.match(killed.alive, /vagus_services/)
    assert.equal(killed.after, '')
    assert.deepEqual(deeds, ['services.begun', 'services.ended'])
  },
)
