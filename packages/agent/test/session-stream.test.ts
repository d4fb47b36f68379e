import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { SessionRunner } from '../src/link/session-runner.ts'
import { SessionStream } from '../src/link/session-stream.ts'

interface Listening {
  readonly stream: SessionStream
  /** The pieces that the session was given. */
  readonly written: readonly Uint8Array[]
  /** What the other side has in the end. */
  readonly arrived: () => Uint8Array
}

/** What a stream writes to its session, which takes everything, and sends it again as it is until it is acknowledged. */
function listening(): Listening {
  const written: Uint8Array[] = []
  const arrived: Uint8Array[] = []
  let octetsWritten = 0
  let base = 0
  /** Of all pieces but the last ones. */
  const acknowledge = (all: number): void => {
    while (arrived.length < all) {
      const piece = Buffer.from(written[arrived.length]!)
      arrived.push(piece)
      base += piece.length
    }
  }
  const session = {
    sending: () => ({ written: octetsWritten, base }),
    write: (_: number, octets: Uint8Array) => {
      // As a session does.
      written.push(octets.length < 1024 ? Buffer.from(octets) : octets)
      octetsWritten += octets.length
      return octets.length
    },
    read: () => undefined,
    reset: () => undefined,
    stop: () => undefined,
  }
  const whenSent = (done: () => void): void => {
    setImmediate(() => {
      acknowledge(written.length - 5)
      done()
    })
  }
  const runner = { session, wake: () => undefined, whenSent }
  // Of a runner and its session a stream uses these alone.
  const owner = { closed: () => undefined }
  const stream = new SessionStream(runner as unknown as SessionRunner, owner, 2, new Uint8Array(0))
  return {
    stream,
    written,
    arrived: () => {
      acknowledge(written.length)
      return Buffer.concat(arrived)
    },
  }
}

const chunkOf = (length: number, index: number): Buffer => Buffer.alloc(length, index + 1)

test('chunks that are written together leave in order, and long ones as they are', async () => {
  for (const lengths of [[3], [5000], [1, 0, 2], [10, 20, 5000, 4096, 4095, 1, 6000, 7], [4096, 1, 2], [0, 9000, 0]]) {
    const { stream, written, arrived } = listening()
    const chunks = lengths.map(chunkOf)
    stream.cork()
    for (const chunk of chunks) stream.write(chunk)
    const flushed = new Promise<void>((resolve) => stream.write(chunkOf(1, 99), () => resolve()))
    stream.uncork()
    await flushed
    assert.ok(Buffer.concat([...chunks, chunkOf(1, 99)]).equals(arrived()))
    for (const long of chunks.filter(({ length }) => length >= 4096)) assert.ok(written.includes(long))
  }
})

test('a thousand short chunks in one turn reach the session in a few pieces', async () => {
  const { stream, written, arrived } = listening()
  const sent = Array.from({ length: 1000 }, (_, index) => chunkOf(100, index % 200))
  for (const chunk of sent) stream.write(chunk)
  await new Promise<void>((resolve) => stream.write(chunkOf(1, 0), () => resolve()))
  assert.ok(Buffer.concat([...sent, chunkOf(1, 0)]).equals(arrived()))
  assert.ok(written.length < 200, `${written.length} pieces`)
})

test('what is written while the session is busy leaves in order, however it is written, and the end behind it', async () => {
  const { stream, arrived } = listening()
  const sent: Buffer[] = []
  const calls: number[] = []
  for (let index = 0; index < 3000; index++) {
    const chunk = chunkOf(index % 11 === 0 ? 5000 : index % 300, index % 200)
    sent.push(chunk)
    if (index % 500 === 250) stream.cork()
    if (index % 7 === 0) stream.write(chunk, () => calls.push(index))
    else if (index % 13 === 0) stream.write(chunk.toString('latin1'), 'latin1')
    else stream.write(chunk)
    if (index % 500 === 300) stream.uncork()
    if (index % 700 === 699) await new Promise((resolve) => setImmediate(resolve))
  }
  stream.end(chunkOf(3, 7))
  await new Promise((resolve) => stream.on('finish', resolve).on('close', resolve))
  assert.ok(Buffer.concat([...sent, chunkOf(3, 7)]).equals(arrived()))
  assert.deepEqual(
    calls,
    Array.from({ length: 429 }, (_, index) => 7 * index),
  )
})

test('short chunks fill the stream as long ones do, and it says when it takes more', async () => {
  const { stream, written } = listening()
  const chunk = chunkOf(256, 1)
  let drained = 0
  stream.on('drain', () => drained++)
  for (let round = 0; round < 3; round++) {
    let count = 0
    while (stream.write(chunk)) count++
    assert.ok(count * 256 >= 2 ** 18 - 2 ** 15 && count * 256 <= 2 ** 18 + 2 ** 16, `${count} chunks`)
    assert.equal(stream.write(chunk), false)
    await new Promise((resolve) => stream.once('drain', resolve))
  }
  assert.equal(drained, 3)
  assert.ok(written.length < 400, `${written.length} pieces`)
})

test('nothing follows the end, also when much waits before it', async () => {
  const { stream } = listening()
  for (let index = 0; index < 200; index++) stream.write(chunkOf(256, 1))
  stream.end()
  const failed = new Promise<NodeJS.ErrnoException>((resolve) => stream.on('error', resolve))
  assert.equal(stream.write(chunkOf(256, 2)), false)
  assert.equal((await failed).code, 'ERR_STREAM_WRITE_AFTER_END')
})

test('what waits in a stream that is destroyed never leaves', async () => {
  const { stream, written } = listening()
  for (let index = 0; index < 200; index++) stream.write(chunkOf(256, 1))
  const { length } = written
  stream.destroy()
  assert.equal(stream.write(chunkOf(256, 2)), false)
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  assert.equal(written.length, length)
})

test('what nobody reads stays in the session, whose windows hold the other side back', async () => {
  const piece = Buffer.alloc(10_000)
  let given = 0
  const session = {
    read: () => {
      given += piece.length
      return piece
    },
    reset: () => undefined,
    stop: () => undefined,
  }
  const runner = { session, wake: () => undefined }
  const owner = { closed: () => undefined }
  const stream = new SessionStream(runner as unknown as SessionRunner, owner, 2, new Uint8Array(0))
  for (let packet = 0; packet < 1000; packet++) stream.sessionHas()
  assert.ok(given < stream.readableHighWaterMark + 2 * piece.length, `${given} octets`)
  let read = 0
  stream.on('data', ({ length }: Buffer) => {
    read += length
    stream.pause()
  })
  for (let turn = 0; turn < 100; turn++) {
    stream.sessionHas()
    stream.resume()
    await new Promise(setImmediate)
  }
  assert.ok(read >= 100 * piece.length)
  assert.ok(given - read < stream.readableHighWaterMark + 2 * piece.length, `${given} octets, ${read} read`)
  stream.destroy()
})

test('a stream that was destroyed keeps nothing of its session in memory', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const begun = (): { readonly stream: SessionStream; readonly runner: WeakRef<object> } => {
    const session = { reset: () => undefined, stop: () => undefined }
    const runner = { session, wake: () => undefined }
    const owner = { closed: () => undefined }
    const stream = new SessionStream(runner as unknown as SessionRunner, owner, 2, new Uint8Array(0))
    return { stream, runner: new WeakRef(runner) }
  }
  const { stream, runner } = begun()
  stream.destroy()
  await new Promise((resolve) => setImmediate(resolve)) // until then V8 keeps what a WeakRef was made for
  collect()
  assert.equal(runner.deref(), undefined)
  stream.write('late')
  assert.equal(stream.destroyed, true)
})
