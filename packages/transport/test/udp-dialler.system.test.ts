/** What is dialled over UDP: which routes share a port, and when it is given back. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../../scripts/eventually.ts'
import { type Endpoint, type HostRoute, listen, parseEndpointUri, RouteDialler } from '../src/index.ts'

const open: Endpoint[] = []
const routes: HostRoute[] = []
afterEach(async () => {
  for (const route of routes.splice(0)) route.close()
  await Promise.all(open.splice(0).map((each) => each.close()))
})

/** A packet as sessions send them, told apart by `number`. */
const packetOf = (number: number): Uint8Array => new Uint8Array(40).fill(number).fill(0x40, 0, 1)

class Side {
  readonly heard: { readonly route: HostRoute; readonly number: number }[] = []
  readonly dialler = new RouteDialler(this)

  packet(route: HostRoute, packet: Uint8Array): void {
    this.heard.push({ route, number: packet[1]! })
  }
  drained(): void {}
  closed(): void {}

  async dial(uri: string, from?: string): Promise<HostRoute> {
    const route = await this.dialler.dial(parseEndpointUri(uri)!, from)
    routes.push(route)
    return route
  }

  async hear(count: number): Promise<readonly { readonly route: HostRoute; readonly number: number }[]> {
    await eventually(`${count} are heard`, () => this.heard.length >= count, { every: 4 })
    return this.heard
  }
}

async function listening(host = '127.0.0.1'): Promise<{ readonly side: Side; readonly uri: string }> {
  const side = new Side()
  const endpoint = await listen(`udp://${host}:0`, side)
  open.push(endpoint)
  return { side, uri: endpoint.uri }
}
const portOf = ({ local }: HostRoute): string => local.slice(local.lastIndexOf(':'))

/** Whether somebody else can have the port of `route`. */
const isFree = (route: HostRoute): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => socket.close(() => resolve(false)))
    const place = { port: Number(portOf(route).slice(1)), address: '127.0.0.1', exclusive: true }
    socket.bind(place, () => socket.close(() => resolve(true)))
  })

describe('what is dialled over UDP', () => {
  for (const host of ['127.0.0.1', '[::1]']) {
    test(`goes to several over ${host} by one port, and each hears and is heard by itself`, async () => {
      const [a, b, caller] = [await listening(host), await listening(host), new Side()]
      const [toA, toB] = [await caller.dial(a.uri), await caller.dial(b.uri)]
      assert.equal(toA.local, toB.local)
      toA.send(packetOf(1))
      toB.send(packetOf(2))
      const [fromCallerA, fromCallerB] = [(await a.side.hear(1))[0]!.route, (await b.side.hear(1))[0]!.route]
      assert.deepEqual([a.side.heard[0]!.number, b.side.heard[0]!.number], [1, 2])
      fromCallerA.send(packetOf(3))
      fromCallerB.send(packetOf(4))
      const heard = await caller.hear(2)
      assert.deepEqual(
        new Map(heard.map(({ route, number }) => [route, number])),
        new Map([
          [toA, 3],
          [toB, 4],
        ]),
      )
    })
  }

  test('goes by another port to where a route is open, and by another from another address', async () => {
    const [a, caller] = [await listening(), new Side()]
    const [first, second] = [await caller.dial(a.uri), await caller.dial(a.uri)]
    assert.notEqual(portOf(first), portOf(second))
    const elsewhere = await caller.dial(a.uri, '127.0.0.2')
    assert.match(elsewhere.local, /127\.0\.0\.2/)
    first.close()
    assert.equal((await caller.dial(a.uri)).local, first.local)
  })

  test('is said to be impossible from an address that is not here', async () => {
    const a = await listening()
    await assert.rejects(new Side().dial(a.uri, '192.0.2.77'), { code: 'EADDRNOTAVAIL' })
  })

  test('hears nobody who was not dialled, and nobody any more once it is closed', async () => {
    const [a, stranger, caller] = [await listening(), await listening(), new Side()]
    const route = await caller.dial(a.uri)
    const intruder = await stranger.side.dial(route.local.replace('0.0.0.0', '127.0.0.1'))
    intruder.send(packetOf(9))
    route.send(packetOf(1))
    const back = (await a.side.hear(1))[0]!.route
    back.send(packetOf(2))
    assert.deepEqual(
      (await caller.hear(1)).map(({ number }) => number),
      [2],
    )
    route.close()
    route.send(packetOf(3))
    back.send(packetOf(4))
    await sleep(50)
    assert.equal(caller.heard.length, 1)
    assert.equal(a.side.heard.length, 1)
  })

  test('gives its port back when nothing was dialled for a while', async () => {
    const [a, caller] = [await listening(), new Side()]
    const route = await caller.dial(a.uri)
    assert.equal(await isFree(route), false)
    route.close()
    await eventually('the port is free', () => isFree(route), { seconds: 5 })
    assert.notEqual(await caller.dial(a.uri), undefined)
  })
  test('gives its port back when it is closed, and waits for nothing', async () => {
    const [a, caller] = [await listening(), new Side()]
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const route = await caller.dial(a.uri)
    route.close()
    assert.equal(timers(), before + 1)
    caller.dialler.close()
    assert.equal(timers(), before)
    await eventually('the port is free', () => isFree(route), { seconds: 1 })
  })
})
