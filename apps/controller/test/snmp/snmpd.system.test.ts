import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { type EventList, sentenceOf, type Status } from '@vagus/api'
import type { DeviceCounters, DeviceInterfaces } from '@vagus/api/counters'
import { needs } from '../../../../scripts/needs.ts'

interface Seen {
  readonly before: { readonly share: number }
  readonly after: { readonly share: number }
  /** Loads that were shown from the restart on, bits per second. */
  readonly seen: readonly number[]
  /** The highest load of a second, by the kernel. */
  readonly most: number
  readonly interfaces: DeviceInterfaces
  readonly counters: readonly DeviceCounters[]
  readonly events: EventList['items']
  readonly status: Status
  readonly leaks: readonly string[]
}

const skip = needs('netns', 'snmpd')

void describe("counters of Debian's snmpd, by SNMPv3 with authentication and encryption", { skip }, () => {
  let seen: Seen
  before(async () => {
    // Whatever becomes of it, nothing that it started stays.
    const child = [
      '-Urnmpf',
      '--kill-child',
      '--mount-proc',
      process.execPath,
      join(import.meta.dirname, '../fixtures/snmpd-run.ts'),
    ]
    const { stdout } = await promisify(execFile)('unshare', child, { encoding: 'utf8', timeout: 240_000 })
    seen = JSON.parse(stdout) as Seen
  })
  const ofDevice = (device: string) => seen.counters.find((one) => one.device === device)!

  void test('loads are within 5 % of what the kernel counted in the same time', () => {
    for (const { share } of [seen.before, seen.after]) assert.ok(share > 0.95 && share < 1.05, `${share}`)
    assert.deepEqual(ofDevice('r1').from, ['snmp'])
  })

  void test('indices and speeds are learned: the configuration has names alone', () => {
    const near = seen.interfaces.items.find(({ name }) => name === 'near')!
    assert.ok(near.index > 1 && near.bitsPerSecond! >= 1e9, JSON.stringify(near))
    assert.equal(near.configured, 'near')
    assert.equal(
      seen.status.quality.some(({ problem }) => problem.includes('has no interface')),
      false,
    )
  })

  void test('a wrong user, a wrong password and no answer are three errors, each with what mends it', () => {
    assert.match(ofDevice('wrong-user').snmp!.problem, /knows no user "nobody"/)
    assert.match(ofDevice('wrong-password').snmp!.problem, /"auth" secret of user "vagus" is wrong/)
    assert.match(ofDevice('no-answer').snmp!.problem, /no answer at 127\.0\.0\.4:11162/)
    const told = seen.events.map((event) => sentenceOf(event))
    assert.ok(
      told.some((text) => text.startsWith('wrong-user does not tell its counters by SNMP')),
      told.join('\n'),
    )
  })

  void test('a restart of snmpd is told, and gives no spike', () => {
    assert.ok(seen.events.some(({ event, subject }) => event === 'snmp.restarted' && subject === 'r1'))
    const highest = Math.max(...seen.seen)
    assert.ok(highest < seen.most * 1.2, `${highest} where the kernel had at most ${seen.most}`)
    assert.ok(Math.min(...seen.seen) >= 0)
  })

  void test('no secret is in status, events, configuration, metrics or log', () => {
    assert.deepEqual(seen.leaks, [])
  })
})
