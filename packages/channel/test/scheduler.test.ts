import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DatagramQueue } from '../src/session/datagram-queue.ts'
import { dropFirst } from '../src/session/drop-first.ts'
import { allClasses } from '../src/session/class-set.ts'
import { Scheduler } from '../src/session/scheduler.ts'
import { ReceiveStream } from '../src/session/receive-stream.ts'
import { SendStream } from '../src/session/send-stream.ts'
import type { Stream } from '../src/session/stream.ts'
import { trafficClasses } from '../src/session/traffic-class.ts'

const octet = Uint8Array.of(1)
const call = trafficClasses.indexOf('call')
const bulk = trafficClasses.indexOf('bulk')

function streamOf(id: number, trafficClass: number): Stream {
  return {
    id,
    send: new SendStream(1e6),
    receive: new ReceiveStream(1e6, 1e6),
    class: trafficClass,
    deadline: Infinity,
    copies: 'one',
    waitsIn: undefined,
    known: true,
    full: false,
    stopCode: undefined,
    endTold: false,
    resetSettled: false,
  }
}

/** Lets one stream send all it has; its id, or `undefined` when none has anything. */
function serve(scheduler: Scheduler, classes = allClasses): number | undefined {
  const item = scheduler.next(classes, 1e6, 0, 0)
  if (item === undefined || !('send' in item)) return undefined
  item.send.taken(0, item.send.written)
  scheduler.served(item)
  return item.id
}

test('streams of a class have their turns in the order in which they were woken, each once however often', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 40 }), (woken) => {
      const scheduler = new Scheduler(new DatagramQueue(8))
      const streams = Array.from({ length: 10 }, (_, id) => streamOf(id, call))
      for (const id of woken) {
        streams[id]!.send.write(octet)
        scheduler.wake(streams[id]!)
      }
      const expected = [...new Set(woken)]
      assert.deepEqual(
        Array.from(expected, () => serve(scheduler)),
        expected,
      )
      assert.equal(serve(scheduler), undefined)
      for (const stream of streams) assert.equal(stream.waitsIn, undefined)
    }),
  )
})

test('a stream whose class comes behind its first octets is sent in that one, once', () => {
  const scheduler = new Scheduler(new DatagramQueue(8))
  const stream = streamOf(7, call)
  scheduler.wake(stream)
  stream.class = bulk
  stream.send.write(octet)
  scheduler.wake(stream)
  assert.equal(scheduler.waiting(1e6, 0, 0), 1 << bulk)
  assert.equal(serve(scheduler, 1 << call), undefined)
  assert.equal(serve(scheduler, 1 << bulk), 7)
  assert.equal(scheduler.waiting(1e6, 0, 0), 0)
})

test('the first are taken out of a list, however many it has', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.nat(50), (list, wanted) => {
      const count = Math.min(wanted, list.length)
      const rest = [...list]
      dropFirst(rest, count)
      assert.deepEqual(rest, list.slice(count))
    }),
  )
})

test('in a class the earliest deadline comes first, and what is late comes behind what is not', () => {
  const scheduler = new Scheduler(new DatagramQueue(8))
  const streams = [30, 10, 50, Infinity].map((deadline, id) => Object.assign(streamOf(id, call), { deadline }))
  for (const stream of streams) {
    stream.send.write(octet)
    scheduler.wake(stream)
  }
  const order = streams.map(() => {
    const item = scheduler.next(allClasses, 1e6, 20, 0) as Stream
    item.send.taken(0, item.send.written)
    scheduler.served(item)
    return item.id
  })
  assert.deepEqual(order.slice(0, 2), [0, 2])
  assert.deepEqual(
    order.slice(2).toSorted((a, b) => a - b),
    [1, 3],
  )
})
