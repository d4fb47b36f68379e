import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Datagrams } from '../src/paths/datagrams.ts'
import { openUdp } from '../src/paths/open-udp.ts'
import { openDatagrams } from '../src/paths/udp.ts'

test('the code point of a packet goes with it on a direct path through a NAT, as on any other', async () => {
  const sent: (number | undefined)[] = []
  const watched = (...[socket, receiver]: Parameters<typeof openDatagrams>): Datagrams => {
    const datagrams = openDatagrams(socket, receiver)
    return {
      peerAt: (...to) => datagrams.peerAt(...to),
      send: (packet, to, dscp) => {
        sent.push(dscp)
        datagrams.send(packet, to, dscp)
      },
      close: () => datagrams.close(),
    }
  }
  const receiver = { packet: () => undefined, drained: () => undefined, closed: () => undefined }
  const socket = await openUdp('127.0.0.1', receiver, watched)
  const route = socket.routeTo({ host: '127.0.0.1', port: 9 })
  route.used?.()
  route.send(Uint8Array.of(0x40), 46)
  socket.release()
  route.close()
  assert.deepEqual(sent, [46])
})
