import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionRunner } from '../src/session-runner.ts'
import { SessionStream } from '../src/session-stream.ts'

/** What a stream writes to its session, which takes everything. */
function listening(): { readonly stream: SessionStream; readonly written: Uint8Array[] } {
  const written: Uint8Array[] = []
  const session = {
    write: (_: number, octets: Uint8Array) => {
      written.push(octets)
      return octets.length
    },
    read: () => undefined,
  }
  const runner = { session, wake: () => undefined, whenSent: (done: () => void) => setImmediate(done) }
  // Of a runner and its session a stream uses these alone.
  const owner = { closed: () => undefined }
  return { stream: new SessionStream(runner as unknown as SessionRunner, owner, 2, new Uint8Array(0)), written }
}

const chunkOf = (length: number, index: number): Buffer => Buffer.alloc(length, index + 1)

test('chunks that are written together leave in order, short ones joined and long ones as they are', async () => {
  for (const lengths of [[3], [5000], [1, 0, 2], [10, 20, 5000, 4096, 4095, 1, 6000, 7], [4096, 1, 2], [0, 9000, 0]]) {
    const { stream, written } = listening()
    const chunks = lengths.map(chunkOf)
    stream.cork()
    for (const chunk of chunks) stream.write(chunk)
    const flushed = new Promise<void>((resolve) => stream.write(chunkOf(1, 99), () => resolve()))
    stream.uncork()
    await flushed
    assert.deepEqual(Buffer.concat(written), Buffer.concat([...chunks, chunkOf(1, 99)]))
    for (const long of chunks.filter(({ length }) => length >= 4096)) assert.ok(written.includes(long))
    for (const [index, piece] of written.entries())
      assert.ok(piece.length >= 4096 || (written[index + 1]?.length ?? 4096) >= 4096, 'two short pieces are not joined')
  }
})

test('a thousand short chunks in one turn reach the session in a few pieces', async () => {
  const { stream, written } = listening()
  const sent = Array.from({ length: 1000 }, (_, index) => chunkOf(100, index % 200))
  for (const chunk of sent) stream.write(chunk)
  await new Promise<void>((resolve) => stream.write(chunkOf(1, 0), () => resolve()))
  assert.deepEqual(Buffer.concat(written), Buffer.concat([...sent, chunkOf(1, 0)]))
  assert.ok(written.length < 200, `${written.length} pieces`)
})
