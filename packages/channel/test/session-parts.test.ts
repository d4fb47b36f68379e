import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { concatOctets, DecodeError } from '@vagus/wire'
import fc from 'fast-check'
import { RecordReader, recordOf } from '../src/index.ts'
import { readAck, writeAck } from '../src/session/ack-frame.ts'
import { Acknowledgements } from '../src/session/acknowledgements.ts'
import { firstPhaseOctets, firstPhaseOf } from '../src/session/direction-keys.ts'
import { defaultLimits } from '../src/session/limits.ts'
import { noticeOf, NoticeReader } from '../src/session/notices.ts'
import { Opener } from '../src/session/opener.ts'
import { wholeNumber } from '../src/session/packet.ts'
import { paddedLength, padmeLength } from '../src/session/padding.ts'
import { Ranges } from '../src/session/ranges.ts'
import { countUntil, ReceiveStream } from '../src/session/receive-stream.ts'
import { Rtt } from '../src/session/rtt.ts'
import { Sealer } from '../src/session/sealer.ts'
import { SessionError } from '../src/session/session-error.ts'
import { SendStream } from '../src/session/send-stream.ts'
import { FrameReader, FrameWriter, varintOctets } from '../src/session/varint.ts'
import { fromHex, nodeCrypto, toHex } from './node-crypto.ts'
import { Streams } from '../src/session/streams.ts'
import { Signals } from '../src/session/signal.ts'

describe('numbers of 1 to 8 octets (RFC 9000 §16)', () => {
  const golden: readonly [string, number][] = [
    ['25', 37],
    ['7bbd', 15_293],
    ['9d7f3e7d', 494_878_333],
    ['c000000040000000', 0x4000_0000],
  ]
  for (const [hex, value] of golden) {
    test(`${hex} is ${value}`, () => {
      assert.equal(new FrameReader(fromHex(hex)).varint(), value)
      const out = new FrameWriter(new Uint8Array(8))
      out.varint(value)
      assert.equal(toHex(out.octets.subarray(0, out.at)), hex)
    })
  }

  test('any number is read back, in as many octets as said', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const out = new FrameWriter(new Uint8Array(8))
        out.varint(value)
        assert.equal(out.at, varintOctets(value))
        assert.equal(new FrameReader(out.octets.subarray(0, out.at)).varint(), value)
      }),
    )
  })

  test('what is cut off, or from 2^53 on, is refused', () => {
    for (const hex of ['', '40', 'c000', 'ffffffffffffffff']) {
      assert.throws(() => new FrameReader(fromHex(hex)).varint(), DecodeError)
    }
  })
})

test('a key is not left in memory when the one after the next is in use (RFC 9001 §6.1), the header key stays', () => {
  const memory = (): Uint8Array => Uint8Array.from({ length: firstPhaseOctets }, (_, index) => index + 1)
  const [sent, received] = [memory(), memory()]
  const sealer = new Sealer(nodeCrypto, firstPhaseOf(nodeCrypto, sent, 0), defaultLimits, 0)
  const opener = new Opener(nodeCrypto, firstPhaseOf(nodeCrypto, received, 0))
  for (let number = 0; number < 3; number++) {
    const packet = sealer.seal(new Uint8Array(40), 0, [], new Uint8Array(8), 0, number)
    assert.equal(opener.unmask(packet), number)
    assert.equal(opener.open(packet, 0, number, 0)?.length, 27)
    assert.equal(
      received.subarray(0, 76).every((octet) => octet === 0),
      number === 2,
    )
    sealer.acknowledged(sealer.phase)
    sealer.update(0)
    assert.ok(sent.subarray(0, 76).every((octet) => octet === 0))
  }
  assert.deepEqual(sent.subarray(76), memory().subarray(76))
  assert.deepEqual(received.subarray(76), memory().subarray(76))
})

test('a packet number is the one nearest to what is expected (RFC 9000 §A.3)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), (number, off) => {
      const expected = Math.max(number + off, 0)
      assert.equal(wholeNumber(number % 2 ** 32, expected), number)
    }),
  )
})

test('ranges hold what a set would hold, merged', () => {
  const step = fc.record({ add: fc.boolean(), from: fc.nat(40), length: fc.nat(12) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const ranges = new Ranges()
      const model = new Set<number>()
      for (const { add, from, length } of steps) {
        if (add) ranges.add(from, from + length)
        else ranges.remove(from, from + length)
        for (let value = from; value < from + length; value++) model[add ? 'add' : 'delete'](value)
      }
      for (let value = 0; value < 60; value++) assert.equal(ranges.has(value), model.has(value))
      for (let index = 0; index < ranges.count; index++) {
        assert.ok(ranges.from(index) < ranges.to(index))
        if (index > 0) assert.ok(ranges.to(index - 1) < ranges.from(index), 'ranges that touch are one')
      }
    }),
  )
})

test('an acknowledgement tells what arrived, the highest first, as far as there is room', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(300), { minLength: 1 }), fc.integer({ min: 60, max: 400 }), (numbers, room) => {
      const acks = new Acknowledgements()
      for (const number of numbers) acks.record(number, 0)
      const out = new FrameWriter(new Uint8Array(room))
      writeAck(out, 4, acks, 12)
      const reader = new FrameReader(out.octets.subarray(0, out.at))
      assert.equal(reader.uint8(), 2)
      const { path, delay, ranges } = readAck(reader)
      assert.equal(reader.left, 0)
      assert.ok(path === 4 && delay <= 12 && ranges.length > 0)
      for (let index = 0; index < ranges.length; index += 2) {
        for (let number = ranges[index]!; number <= ranges[index + 1]!; number++) assert.ok(numbers.includes(number))
      }
      assert.equal(ranges[1], Math.max(...numbers))
    }),
  )
})

test('lengths are rounded up by 12 % at most, so that few are seen (PADMÉ)', () => {
  const lengths = new Set<number>()
  for (let octets = 1; octets <= 65_536; octets++) {
    const padded = padmeLength(octets)
    assert.ok(padded >= octets && (padded - octets) / octets < 0.12, `${octets} → ${padded}`)
    lengths.add(padded)
  }
  assert.equal(lengths.size, 172)
})

test('classes of lengths are three as far as UDP reaches; longer ones are not longer than PADMÉ and one class', () => {
  const lengths = new Set<number>()
  for (let octets = 1; octets <= 65_536; octets++) {
    const padded = paddedLength(octets, 'classes')
    assert.ok(padded >= octets && padded < Math.max(1201, padmeLength(octets) + 1200), `${octets} → ${padded}`)
    assert.ok(padded >= paddedLength(octets - 1, 'classes'))
    lengths.add(padded)
  }
  assert.deepEqual(
    [...lengths].filter((length) => length <= 1200),
    [96, 600, 1200],
  )
  assert.ok([...lengths].every((length) => length === 96 || length === 600 || length % 1200 === 0))
})

describe('records', () => {
  test('come out whole, however the stream is cut', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 })
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (wanted, cuts) => {
        const stream = new Uint8Array(Buffer.concat(wanted.map((message) => recordOf(message))))
        const reader = new RecordReader()
        const got: Uint8Array[] = []
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const end = at + cuts[turn % cuts.length]!
          assert.ok(reader.push(stream.slice(at, end), (message) => got.push(message.slice())))
          at = end
        }
        assert.deepEqual(got, wanted)
      }),
    )
  })

  test('of the handshake stay when the memory is read into again that they came in, whole or in pieces', () => {
    const hello = new Uint8Array(40) // its first bits are none of a packet's
    const got: Uint8Array[] = []
    const reader = new RecordReader()
    const record = recordOf(hello)
    for (const chunk of [record.slice(), record.slice(0, 9), record.slice(9), Buffer.from(record)]) {
      reader.push(chunk, (message) => got.push(message))
      chunk.fill(7)
    }
    assert.deepEqual(got, [hello, hello, hello])
  })

  test('of more than 65,535 octets are refused at their length', () => {
    assert.equal(
      new RecordReader().push(fromHex('010000'), () => assert.fail()),
      false,
    )
    assert.throws(() => recordOf(new Uint8Array(65_536)), RangeError)
  })
})

describe('the two ends of a stream', () => {
  test('hand over every octet once, whatever is lost, repeated and reordered', () => {
    const write = fc.record({ octets: fc.uint8Array({ maxLength: 3_000 }), room: fc.integer({ min: 1, max: 1_500 }) })
    fc.assert(
      fc.property(fc.array(write, { maxLength: 12 }), fc.infiniteStream(fc.nat(5)), (writes, fates) => {
        const send = new SendStream(1e9)
        const receive = new ReceiveStream(1e9, 1e9)
        const got: Uint8Array[] = []
        const late: (() => void)[] = []
        const wanted = Buffer.concat(writes.map(({ octets }) => octets))
        const pass = (room: number): void => {
          while (send.hasWork(1e9)) {
            const { from, to, fin } = send.next(1e9, room)
            const out = new FrameWriter(new Uint8Array(to - from))
            for (const view of send.views(from, to)) out.copy(view)
            const behind = fin ? to + 1 : to
            send.taken(from, behind)
            const deliver = (): void => {
              const packet = out.octets.slice()
              receive.receive(from, packet, fin ? 'fin' : 'more')
              packet.fill(0) // short ones lie where the next packet will
              send.acknowledged(from, behind)
            }
            const fate = fates.next().value as number
            if (fate === 0) late.push(() => send.lost(from, behind))
            else if (fate === 1) late.push(deliver)
            else deliver()
            if (fate === 2) late.push(deliver)
          }
          for (const each of late.splice(0).reverse()) each()
        }
        for (const { octets, room } of writes) {
          send.write(octets)
          pass(room)
        }
        send.end()
        for (let turn = 0; turn < 200 && !send.isDelivered; turn++) pass(1_000)
        for (let octets = receive.take(); octets !== undefined; octets = receive.take()) got.push(octets.slice())
        assert.ok(send.isDelivered && receive.isAtEnd)
        assert.ok(Buffer.compare(Buffer.concat(got), wanted) === 0)
      }),
      { numRuns: 60 },
    )
  })
})

/** Octets of memory outside the heap that are in use. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let turn = 0; turn < 3; turn++) collect() // the next one waits for the sweep of the one before
  return process.memoryUsage().arrayBuffers
}

describe('pieces of a stream after a gap', () => {
  test('are put together whichever overlap, in whatever order they come', () => {
    const piece = fc.record({ from: fc.nat(99_000), octets: fc.integer({ min: 1, max: 40_000 }) })
    const content = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) ^ (index >>> 8))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const receive = new ReceiveStream(1e9, 1e9)
        for (const { from, octets } of pieces) receive.receive(from, content.slice(from, from + octets), 'more')
        receive.receive(0, content.slice(0, 10), 'more')
        let end = 10
        for (const { from, octets } of pieces.toSorted((a, b) => a.from - b.from)) {
          if (from <= end) end = Math.max(end, Math.min(from + octets, content.length))
        }
        const got: Uint8Array[] = []
        for (let octets = receive.take(); octets !== undefined; octets = receive.take()) got.push(octets)
        assert.ok(Buffer.compare(Buffer.concat(got), content.subarray(0, end)) === 0)
      }),
      { numRuns: 100 },
    )
  })

  test('are found with few looks, the last of them with one', () => {
    const pieces = Array.from({ length: 8192 }, (_, index) => ({ at: 2 * index }))
    let looks = 0
    const watched = new Proxy(pieces, {
      get(list, name) {
        if (name !== 'length') looks++
        return Reflect.get(list, name) as unknown
      },
    })
    for (const at of [-1, 0, 1, 8191, 8192, 8193, 16_381, 16_382, 16_383, 20_000]) {
      looks = 0
      assert.equal(countUntil(at, watched), pieces.filter((piece) => piece.at <= at).length)
      assert.ok(looks <= (at >= 16_382 ? 1 : 15), `${looks} looks for ${at}`)
    }
    assert.equal(countUntil(1, []), 0)
  })

  test('take about as much memory as they have octets, also where each of them but an octet came before', () => {
    for (const step of [-1, 1]) {
      const receive = new ReceiveStream(65_536, 1 << 20)
      const before = memoryInUse()
      for (let count = 0; count < 4_000; count++) {
        receive.receive(step < 0 ? 4_000 - count : count + 1, new Uint8Array(57_000), 'more')
      }
      const held = memoryInUse() - before
      assert.ok(held < 16 << 20, `${held} octets for ${receive.highest}`)
    }
  })
})

describe('notices', () => {
  test('come out whole and in order, however their stream is cut', () => {
    const messages = fc.array(fc.tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 200 })), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (wanted, cuts) => {
        const stream = concatOctets(...wanted.map(([kind, octets]) => noticeOf(kind, octets)))
        const reader = new NoticeReader()
        const got: [number, Uint8Array][] = []
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const end = at + cuts[turn % cuts.length]!
          reader.push(stream.slice(at, end), (kind, octets) => got.push([kind, octets]))
          at = end
        }
        assert.deepEqual(got, wanted)
      }),
    )
  })

  test('are copied a few times at most when they come octet by octet', (t) => {
    const whole = noticeOf(9, new Uint8Array(16_384))
    const reader = new NoticeReader()
    const arrays = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array
    const set = t.mock.method(arrays, 'set')
    let count = 0
    for (let at = 0; at < whole.length; at++) reader.push(whole.subarray(at, at + 1), () => count++)
    const copied = set.mock.calls.reduce((sum, { arguments: [octets] }) => sum + octets.length, 0)
    assert.equal(count, 1)
    assert.ok(copied < 4 * whole.length, `${copied} octets copied`)
  })

  test('longer than may be end the session at their length', () => {
    const take = (): void => assert.fail()
    assert.throws(() => new NoticeReader().push(Uint8Array.of(1, 0x80, 1, 0, 1), take), SessionError)
  })
})

test('the round trip is smoothed, and patience is srtt + 4 rttvar and a little (RFC 9002 §5.3)', () => {
  const rtt = new Rtt()
  assert.equal(rtt.smoothed, undefined)
  rtt.measured(40, 0, 0)
  assert.deepEqual([rtt.smoothed, rtt.variation, rtt.patience], [40, 20, 40 + 80 + 5])
  rtt.measured(48, 8, 1)
  assert.deepEqual([rtt.smoothed, rtt.variation], [40, 15])
  for (let count = 0; count < 100; count++) rtt.measured(40, 0, 2)
  assert.ok(Math.abs(rtt.patience - (40 + 10 + 5)) < 0.1)
  rtt.measured(60, 0, 20_000)
  rtt.measured(60, 0, 40_000)
  assert.equal(rtt.least, 60, 'a least of long ago says nothing about this path any more')
})

test('one frame of the peer opens the streams below it, and none of them takes room before something of it comes', () => {
  const none = (): void => undefined
  const limits = { ...defaultLimits, peerStreams: 4096 }
  const streams = new Streams({
    role: 'responder',
    limits,
    signals: new Signals(),
    emit: none,
    wake: none,
    notice: none,
  })
  streams.announceLimits()
  assert.equal(streams.find(2 * 4096)?.id, 2 * 4096)
  assert.equal(streams.size, 1)
  assert.equal(streams.find(2 * 17), streams.find(2 * 17))
  assert.equal(streams.size, 2)
  assert.throws(() => streams.find(2 * 4097), /the limit is 4096/)
})
