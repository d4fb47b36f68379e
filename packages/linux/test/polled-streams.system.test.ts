import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fdOf, PolledStreams } from '../src/index.ts'

describe('sockets that are read by turns', () => {
  const open: (Server | Socket)[] = []
  afterEach(() => {
    for (const one of open.splice(0)) {
      if ('destroy' in one) one.destroy()
      else one.close()
    }
  })

  /** Both ends of so many connections; ours are not read by Node. */
  async function pairs(count: number): Promise<readonly { readonly ours: Socket; readonly theirs: Socket }[]> {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const made = []
    for (let at = 0; at < count; at++) {
      const theirs = connect(port, '127.0.0.1')
      const [ours] = (await once(server, 'connection')) as [Socket]
      for (const socket of [ours, theirs]) socket.on('error', () => undefined)
      open.push(ours, theirs)
      made.push({ ours, theirs })
    }
    return made
  }

  /** Milliseconds in which octets cross loopback. */
  const crossing = 50

  test('have all that came when it is their turn, in order and each its own, and nothing before', async () => {
    const streams = new PolledStreams()
    const got = new Map<number, string>()
    const both = await pairs(2)
    for (const [at, { ours }] of both.entries()) {
      streams.add(fdOf(ours), {
        onOctets: (octets) => got.set(at, (got.get(at) ?? '') + Buffer.from(octets).toString('latin1')),
        onOver: () => assert.fail('nobody closed'),
      })
    }
    streams.read()
    assert.equal(got.size, 0)
    const long = 'x'.repeat(150_000)
    both[0]!.theirs.write('one')
    both[1]!.theirs.write(long)
    both[0]!.theirs.write(' two')
    await sleep(crossing)
    assert.equal(got.size, 0)
    streams.read()
    assert.equal(got.get(0), 'one two')
    for (let turn = 0; turn < 20 && got.get(1)!.length < long.length; turn++) {
      await sleep(crossing)
      streams.read()
    }
    assert.equal(got.get(1), long)
  })

  test('that were closed by the other side are told once, behind what they said', async () => {
    const streams = new PolledStreams()
    const [pair] = await pairs(1)
    const told: string[] = []
    streams.add(fdOf(pair!.ours), {
      onOctets: (octets) => told.push(Buffer.from(octets).toString('latin1')),
      onOver: () => told.push('over'),
    })
    pair!.theirs.end('last words')
    await sleep(crossing)
    for (let turn = 0; turn < 3; turn++) streams.read()
    assert.deepEqual(told, ['last words', 'over'])
    assert.equal(streams.size, 0)
  })

  test('that are taken out while others are read are not read any more', async () => {
    const streams = new PolledStreams()
    const all = await pairs(3)
    const fds = all.map(({ ours }) => fdOf(ours))
    const read: number[] = []
    for (const [at, fd] of fds.entries()) {
      streams.add(fd, {
        onOctets() {
          read.push(at)
          for (const other of fds) if (other !== fd) streams.delete(other)
        },
        onOver: () => assert.fail('nobody closed'),
      })
    }
    for (const { theirs } of all) theirs.write('?')
    await sleep(crossing)
    streams.read()
    assert.deepEqual(read, [0])
    assert.equal(streams.size, 1)
  })
})
