import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { EventLog } from '../../src/events/event-log.ts'
import { eventStream, type EventStreamOptions } from '../../src/http/event-stream.ts'

const noIpv6 = { event: 'exporter.no-ipv6', subject: 'r1', fields: { device: 'r1' } } as const
const newLog = (): EventLog => new EventLog({ load: () => [], append: () => '' }, () => undefined)

/** A reader of a stream: `next` gives the next piece of text. */
function reader(log: EventLog, options: Partial<EventStreamOptions> = {}) {
  const stop = new AbortController()
  let ends = 0
  const stream = eventStream({
    log,
    after: undefined,
    isWanted: () => true,
    status: undefined,
    signal: stop.signal,
    onEnd: () => ends++,
    ...options,
  })
  const taking = stream.getReader()
  const next = async (): Promise<string | undefined> => {
    const { value } = await taking.read()
    return value === undefined ? undefined : new TextDecoder().decode(value)
  }
  return { next, stop, leave: () => taking.cancel(), ends: () => ends }
}

/** Turns the clock by hand: `pass` runs what is due in so many seconds. */
function clock({ mock }: TestContext): (seconds: number) => void {
  let now = 0
  mock.timers.enable({ apis: ['setInterval'] })
  mock.method(performance, 'now', () => now)
  return (seconds) => {
    for (let i = 0; i < seconds; i++) {
      now += 1000
      mock.timers.tick(1000)
    }
  }
}

describe('the event stream', () => {
  test('begins after Last-Event-ID, then gives what comes', async () => {
    const log = newLog()
    for (let i = 0; i < 3; i++) log.append(noIpv6, 0)
    const { next, leave } = reader(log, { after: 1 })
    assert.match((await next())!, /^retry: \d+\n\n$/)
    assert.match((await next())!, /^id: 2\ndata: \{"id":2,.*\}\n\nid: 3\ndata: .*\n\n$/)
    const waiting = next()
    log.append(noIpv6, 0)
    assert.match((await waiting)!, /^id: 4\n/)
    await leave()
  })

  test('without an id gives only what comes', async () => {
    const log = newLog()
    log.append(noIpv6, 0)
    const { next, leave } = reader(log)
    await next()
    const waiting = next()
    log.append(noIpv6, 0)
    assert.match((await waiting)!, /^id: 2\n/)
    await leave()
  })

  test('an id from another life of the state begins with what there is', async () => {
    const log = newLog()
    log.append(noIpv6, 0)
    const { next, leave } = reader(log, { after: 900 })
    await next()
    assert.match((await next())!, /^id: 1\n/)
    await leave()
  })

  test('a reader that lags misses nothing', async () => {
    const log = newLog()
    const { next, leave } = reader(log, { after: 0 })
    for (let i = 0; i < 1000; i++) log.append(noIpv6, 0)
    const ids: number[] = []
    while (ids.length < 1000) ids.push(...[...(await next())!.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)))
    assert.deepEqual(
      ids,
      Array.from({ length: 1000 }, (_, i) => i + 1),
    )
    await leave()
  })

  test('leaves out what is not wanted, and its ids are not asked for again', async () => {
    const log = newLog()
    const { next, leave } = reader(log, { after: 0, isWanted: (event) => event !== 'exporter.no-ipv6' })
    await next()
    const waiting = next()
    log.append(noIpv6, 0)
    log.append({ event: 'controller.stopped', subject: '', fields: {} }, 0)
    assert.match((await waiting)!, /^id: 2\ndata: .*controller.stopped/)
    await leave()
  })

  test('gives the status at once where it was asked for', async () => {
    const status = (async () => ({ kind: 'Status' })) as unknown as NonNullable<EventStreamOptions['status']>
    const { next, leave } = reader(newLog(), { status })
    await next()
    assert.equal(await next(), 'event: status\ndata: {"kind":"Status"}\n\n')
    await leave()
  })

  test('goes on when there is no status, and gives it when there is one again', async (t) => {
    const pass = clock(t)
    let asked = 0
    const status = async (): Promise<never> => {
      if (asked++ === 0) throw new Error('not now')
      return { kind: 'Status' } as never
    }
    const log = newLog()
    const { next, leave } = reader(log, { status })
    await next()
    assert.equal(await next(), ': no status now\n\n')
    const waiting = next()
    log.append(noIpv6, 0)
    assert.match((await waiting)!, /^id: 1\n/)
    const again = next()
    pass(2)
    assert.equal(await again, 'event: status\ndata: {"kind":"Status"}\n\n')
    await leave()
  })

  test('ends a reader that takes nothing for a minute, with a problem', async (t) => {
    const pass = clock(t)
    const { next, ends } = reader(newLog())
    pass(75)
    assert.equal(ends(), 1)
    await next()
    assert.match((await next())!, /^event: end\ndata: .*nothing was read for 60 s/)
    assert.equal(await next(), undefined)
  })

  test('that fails lets go of everything, and writes nothing more', async (t) => {
    const pass = clock(t)
    const log = newLog()
    const stop = new AbortController()
    const isWanted = (): boolean => {
      throw new Error('broken')
    }
    const { next, ends } = reader(log, { after: 0, isWanted, signal: stop.signal })
    log.append(noIpv6, 0)
    await next()
    await assert.rejects(next(), /broken/)
    assert.equal(ends(), 1)
    pass(75)
    stop.abort()
    assert.equal(ends(), 1)
  })

  test('ends with a problem when the controller stops, once', async () => {
    const { next, stop, ends } = reader(newLog())
    await next()
    const waiting = next()
    stop.abort()
    assert.match(
      (await waiting)!,
      /^event: end\ndata: \{"type":"about:blank","title":"Not available now","status":503,/,
    )
    assert.equal(await next(), undefined)
    assert.equal(ends(), 1)
  })

  test('lets go of everything when its reader leaves', async () => {
    const { next, leave, ends } = reader(newLog())
    await next()
    await leave()
    assert.equal(ends(), 1)
  })
})
