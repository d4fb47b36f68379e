/** Streams between members of groups, of whom one does what no side-car does. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Duplex, PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import type { Agent, Connection, IncomingStream } from '@vagus/agent'
import { encodeFrame } from '@vagus/groups'
import { concatOctets } from '@vagus/wire'
import { GroupLinks } from '../../src/groups/group-links.ts'

const peer = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH'
const frame = encodeFrame({ group: 'operator', frame: { type: 'have', extent: 'changes', rows: [] } })

/** Links to a peer that opens these streams. @param out to which this side writes */
function scene(incoming: AsyncIterable<Duplex>, onFrame: (links: GroupLinks) => void, out: Duplex) {
  async function* streams(): AsyncGenerator<IncomingStream, undefined> {
    for await (const stream of incoming) yield { stream } as IncomingStream
    return undefined
  }
  async function* connections(): AsyncGenerator<Connection, undefined> {
    yield {
      peer: { identity: { id: peer } },
      streams,
      openStream: () => out,
      isSilent: false,
    } as unknown as Connection
    return undefined
  }
  const agent: Pick<Agent, 'connect' | 'connections'> = {
    connect: () => Promise.reject(new Error('nobody is reached')),
    connections,
  }
  const lines: string[] = []
  const links: GroupLinks = new GroupLinks(agent, {
    onUp: () => undefined,
    onDown: () => undefined,
    onFrame: () => onFrame(links),
    report: (line) => lines.push(line),
  })
  return { links, lines }
}

test('a further stream of a peer takes the place of the one before, so that half a frame of each is all there is', async () => {
  const streams = [new PassThrough(), new PassThrough(), new PassThrough()]
  async function* incoming(): AsyncGenerator<Duplex> {
    for (const stream of streams) {
      yield stream
      stream.write(frame.subarray(0, 2))
      await turn()
    }
  }
  const came = Promise.withResolvers<void>()
  const { links } = scene(incoming(), () => came.resolve(), new PassThrough())
  while (!streams[1]!.destroyed) await turn()
  streams[2]!.write(frame.subarray(2))
  await came.promise
  assert.deepEqual(
    streams.map(({ destroyed }) => destroyed),
    [true, true, false],
  )
  links.close()
})

test('a peer that asks and does not read is cut after what may wait for it', async () => {
  async function* incoming(): AsyncGenerator<Duplex> {
    yield stream
  }
  const stream = new PassThrough()
  const out = new Duplex({ read: () => undefined, write: () => undefined }) // takes nothing
  let answered = 0
  const { links } = scene(
    incoming(),
    (own) => {
      answered++
      own.send(peer, new Uint8Array(2 * 1_048_576))
    },
    out,
  )
  const closed = once(stream, 'close')
  stream.write(concatOctets(...Array.from({ length: 1000 }, () => frame)))
  await closed
  assert.ok(answered <= 5, `${answered} answers`)
  links.close()
})
