/** Datagrams by the kernel's own calls and by node:dgram: the same to whoever uses them. */
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../../scripts/eventually.ts'
import type { DatagramPeer, Datagrams } from '../src/paths/datagrams.ts'
import { nativeDatagrams } from '../src/paths/native-datagrams.ts'
import { nodeDatagrams } from '../src/paths/node-datagrams.ts'

test('a datagram from port 0 is not heard: node throws where it is to answer there', async () => {
  const socket = createSocket('udp4')
  const heard: unknown[] = []
  const datagrams = nodeDatagrams(socket, { datagram: (...all) => heard.push(all), failed: () => undefined })
  socket.emit('message', Buffer.of(1), { address: '127.0.0.1', family: 'IPv4', port: 0, size: 1 })
  assert.deepEqual(heard, [])
  await datagrams.close()
})

const open: Datagrams[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

interface Heard {
  readonly octets: Buffer
  readonly key: string | number
  readonly sender: DatagramPeer
}

type Make = typeof nodeDatagrams

class End {
  readonly heard: Heard[] = []
  readonly failures: string[] = []
  readonly port: number
  readonly datagrams: Datagrams

  constructor(socket: Socket, make: Make) {
    this.port = socket.address().port
    this.datagrams = make(socket, {
      datagram: (packet, key, sender) => this.heard.push({ octets: Buffer.from(packet), key, sender: sender() }),
      failed: (code) => this.failures.push(code),
    })
    open.push(this.datagrams)
  }

  static async open(make: Make, host: string, to?: number): Promise<End> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    socket.bind(0, host)
    await once(socket, 'listening')
    if (to !== undefined) {
      socket.connect(to, host)
      await once(socket, 'connect')
    }
    return new End(socket, make)
  }

  /** Those that came, once there are `count`. */
  async hear(count: number): Promise<readonly Heard[]> {
    await eventually(`${count} are heard`, () => this.heard.length >= count, { every: 4 })
    assert.equal(this.heard.length, count)
    return this.heard
  }
}

const native: Make = (socket, receiver) => {
  const datagrams = nativeDatagrams(socket, receiver)
  assert.ok(datagrams !== undefined, 'native calls do not work here')
  return datagrams
}
const isLinux = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)

for (const [name, make, skip] of [
  ['by node:dgram', nodeDatagrams, false],
  ['by the calls of the kernel', native, isLinux ? false : 'only on 64-bit Linux'],
] as const) {
  describe(name, { skip }, () => {
    for (const host of ['127.0.0.1', '::1']) {
      test(`datagrams of every length arrive whole over ${host}, and are answered to who sent them`, async () => {
        const server = await End.open(make, host)
        const clients = [await End.open(make, host, server.port), await End.open(make, host, server.port)]
        const lengths = [1, 100, 1200, 1472, 9000, 60_000]
        for (const [index, client] of clients.entries()) {
          for (const length of lengths) client.datagrams.send(Buffer.alloc(length, index + length))
        }
        const heard = await server.hear(2 * lengths.length)
        for (const [index, client] of clients.entries()) {
          const own = heard.filter(({ sender }) => sender.port === client.port)
          assert.deepEqual(
            own.map(({ octets }) => octets),
            lengths.map((length) => Buffer.alloc(length, index + length)),
          )
          assert.deepEqual(
            own.map(({ sender }) => sender.address),
            lengths.map(() => host),
          )
          for (const { octets, sender } of own) server.datagrams.send(octets, sender)
          const answers = await client.hear(lengths.length)
          assert.deepEqual(
            answers.map(({ octets }) => octets),
            own.map(({ octets }) => octets),
          )
        }
        assert.equal(new Set(heard.map(({ key }) => key)).size, 2)
        // Whoever is known by address and port alone is the same, however the address is written.
        for (const written of host === '::1' ? ['::1', '0:0:0:0:0:0:0:1', '::0.0.0.1'] : [host]) {
          for (const { port } of clients) {
            const { key, peer } = server.datagrams.peerAt(written, port)
            assert.ok(heard.some((each) => each.key === key && each.sender.port === port))
            server.datagrams.send(Buffer.alloc(50, 77), peer)
          }
        }
        for (const client of clients) await client.hear(lengths.length + (host === '::1' ? 3 : 1))
      })
    }

    for (const [what, first] of [
      ['packets of a session', 0x40],
      ['messages of a handshake', 0x00],
    ] as const) {
      test(`more ${what} than one call takes come in order`, async () => {
        const server = await End.open(make, '127.0.0.1')
        const client = await End.open(make, '127.0.0.1', server.port)
        for (let index = 0; index < 150; index++) client.datagrams.send(Buffer.alloc(40, index).fill(first, 0, 1))
        const heard = await server.hear(150)
        assert.deepEqual(
          heard.map(({ octets }) => octets[1]),
          Array.from({ length: 150 }, (_, index) => index),
        )
      })
    }

    test('what came behind a message of a handshake comes when its promises are kept', async () => {
      const socket = createSocket('udp4')
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
      const order: string[] = []
      const done = Promise.withResolvers<void>()
      const datagrams = make(socket, {
        datagram(packet) {
          const kind = packet[0] === 0 ? 'message' : 'packet'
          order.push(kind)
          void Promise.resolve()
            .then(() => undefined)
            .then(() => order.push(`promise of the ${kind}`))
          if (kind === 'packet') done.resolve()
        },
        failed: () => undefined,
      })
      open.push(datagrams)
      const client = await End.open(make, '127.0.0.1', socket.address().port)
      // In one turn, so that the kernel has both when the socket is read.
      client.datagrams.send(Buffer.alloc(40))
      client.datagrams.send(Buffer.alloc(40, 0x40))
      await done.promise
      assert.deepEqual(order.slice(0, 3), ['message', 'promise of the message', 'packet'])
    })

    test('a port where nobody listens is told, and once somebody does, datagrams go both ways', async () => {
      const gone = await End.open(make, '127.0.0.1')
      const { port } = gone
      await gone.datagrams.close()
      const client = await End.open(make, '127.0.0.1', port)
      for (let count = 0; count < 3; count++) {
        client.datagrams.send(Buffer.of(1))
        await sleep(20)
      }
      assert.ok(client.failures.includes('ECONNREFUSED'), String(client.failures))
      const socket = createSocket('udp4')
      socket.bind(port, '127.0.0.1')
      await once(socket, 'listening')
      const server = new End(socket, make)
      await sleep(20)
      client.datagrams.send(Buffer.of(2))
      const [first] = await server.hear(1)
      server.datagrams.send(Buffer.of(3), first!.sender)
      const [answer] = await client.hear(1)
      assert.deepEqual(answer!.octets, Buffer.of(3))
    })

    test('what was promised in the turn of a datagram is done without another event', async () => {
      const socket = createSocket('udp4')
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
      const order: string[] = []
      const done = new Promise<void>((resolve) => {
        const datagrams = make(socket, {
          datagram() {
            process.nextTick(() => order.push('tick'))
            void Promise.resolve().then(() => {
              order.push('promise')
              resolve()
            })
          },
          failed: () => undefined,
        })
        open.push(datagrams)
      })
      const client = await End.open(make, '127.0.0.1', socket.address().port)
      client.datagrams.send(Buffer.of(1))
      await done
      assert.deepEqual(order, ['tick', 'promise'])
    })

    test('after it is closed nothing is sent or heard, and the port is free', async () => {
      const server = await End.open(make, '127.0.0.1')
      const client = await End.open(make, '127.0.0.1', server.port)
      await server.datagrams.close()
      await server.datagrams.close()
      client.datagrams.send(Buffer.of(1))
      const again = createSocket('udp4')
      again.bind(server.port, '127.0.0.1')
      await once(again, 'listening')
      again.close()
      await client.datagrams.close()
      client.datagrams.send(Buffer.of(1))
      assert.deepEqual(server.heard, [])
    })
  })
}
