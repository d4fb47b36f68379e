import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Event } from '@vagus/api'
import { EventLog, maxEvents } from '../../src/events/event-log.ts'

const noIpv6 = { event: 'exporter.no-ipv6', subject: 'r1', fields: { device: 'r1' } } as const
const started = { event: 'controller.started', subject: '', fields: { version: '1', devices: 0 } } as const
const all = (): boolean => true

/** A keeper in memory that outlives the log, as the disk does. */
function memory(): { kept: Event[]; open: (problems?: string[]) => EventLog } {
  const kept: Event[] = []
  const keeper = {
    load: (limit: number) => kept.slice(-limit),
    append: (event: Event) => `hash ${kept.push(event)}`,
  }
  return { kept, open: (problems = []) => new EventLog(keeper, (problem) => problems.push(problem)) }
}

describe('the event log', () => {
  test('numbers events from 1 and goes on after a restart', () => {
    const { open } = memory()
    const first = open()
    assert.equal(first.append(started, 0).id, 1)
    assert.equal(first.append(noIpv6, 0).id, 2)
    const second = open()
    assert.equal(second.lastId, 2)
    assert.equal(second.append(noIpv6, 1000).id, 3)
    assert.deepEqual(
      second.read(1, 10, all).map(({ id }) => id),
      [2, 3],
    )
  })

  test('gives severity and time', () => {
    const event = memory().open().append(noIpv6, 1000)
    assert.equal(event.severity, 'warning')
    assert.equal(event.at, '1970-01-01T00:00:01.000Z')
  })

  test('reads the oldest after an id, the newest without one, and only what is wanted', () => {
    const log = memory().open()
    for (let i = 0; i < 5; i++) log.append(i % 2 === 0 ? noIpv6 : started, i)
    assert.deepEqual(
      log.read(0, 2, all).map(({ id }) => id),
      [1, 2],
    )
    assert.deepEqual(
      log.read(undefined, 2, all).map(({ id }) => id),
      [4, 5],
    )
    assert.deepEqual(
      log.read(0, 9, (event) => event === 'controller.started').map(({ id }) => id),
      [2, 4],
    )
  })

  test('hands each event to whoever listens, until they stop', () => {
    const log = memory().open()
    const heard: number[] = []
    const stop = log.listen(({ id }) => heard.push(id))
    log.append(noIpv6, 0)
    stop()
    log.append(noIpv6, 0)
    assert.deepEqual(heard, [1])
  })

  test('forgets the oldest beyond its limit', () => {
    const log = memory().open()
    for (let i = 0; i < maxEvents + 600; i++) log.append(noIpv6, i)
    const kept = log.read(0, 2 * maxEvents, all)
    assert.ok(kept.length <= maxEvents + 500)
    assert.equal(kept.at(-1)?.id, maxEvents + 600)
  })

  test('goes on when the disk takes no event, says so, and keeps the event when it does again', () => {
    const problems: string[] = []
    const kept: number[] = []
    let disk: 'full' | 'ok' = 'full'
    const keeper = {
      load: () => [],
      append: ({ id }: Event) => {
        if (disk === 'full') throw new Error('disk full')
        kept.push(id)
        return `hash ${id}`
      },
    }
    const log = new EventLog(keeper, (problem, { event }) => problems.push(`${event}: ${problem}`))
    assert.equal(log.append(noIpv6, 0).id, 1)
    assert.equal(log.read(0, 1, all).length, 1)
    assert.match(problems[0]!, /^exporter\.no-ipv6: .*disk full/)
    disk = 'ok'
    log.append(noIpv6, 0)
    assert.deepEqual(kept, [1, 2])
  })
})
