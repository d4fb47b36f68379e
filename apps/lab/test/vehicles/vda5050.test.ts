import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { peerOf } from '../../src/vehicles/air/frames.ts'
import { deadlineOf, numberOfOrder, orderOf, stopOf } from '../../src/vehicles/vda5050.ts'

test('an order is a way of nodes and edges in turn that begins where the update before it ended', () => {
  fc.assert(
    fc.property(fc.nat(10_000), (number) => {
      const order = orderOf('v1', number, 0)
      assert.equal(numberOfOrder(order), number)
      const { nodes, edges } = order
      assert.equal(nodes.length, edges.length + 1)
      const sequence = [...nodes, ...edges].map(({ sequenceId }) => sequenceId).toSorted((a, b) => a - b)
      for (const [at, id] of sequence.entries()) assert.equal(id, sequence[0]! + at)
      for (const [at, edge] of edges.entries())
        assert.deepEqual([edge.startNodeId, edge.endNodeId], [nodes[at]!.nodeId, nodes[at + 1]!.nodeId])
      const next = orderOf('v1', number + 1, 0)
      if (next.orderId === order.orderId) {
        assert.equal(next.orderUpdateId, order.orderUpdateId + 1)
        assert.deepEqual(next.nodes[0], nodes.at(-1))
      } else assert.equal(next.orderUpdateId, 0)
    }),
  )
})
test('a stop carries its deadline as a parameter, and an action without one has none', () => {
  const [action] = stopOf('v1', 3, 1_700_000_000_300, 1_700_000_000_000).actions
  assert.equal(deadlineOf(action!), 1_700_000_000_300)
  assert.equal(deadlineOf({ ...action!, actionParameters: [] }), undefined)
})
test('a frame on the air belongs to whose port it has, either way, and other frames to nobody', () => {
  const frame = (protocol: number, from: number, to: number, type = 0x0800): Uint8Array => {
    const octets = new Uint8Array(60)
    const view = new DataView(octets.buffer)
    view.setUint16(12, type)
    view.setUint8(14, 0x45)
    view.setUint8(23, protocol)
    view.setUint16(34, from)
    view.setUint16(36, to)
    return octets
  }
  assert.equal(peerOf(frame(17, 7601, 50_000)), 'vagus')
  assert.equal(peerOf(frame(6, 50_000, 7601)), 'vagus')
  assert.equal(peerOf(frame(6, 50_000, 1883)), 'qos0')
  assert.equal(peerOf(frame(6, 1884, 50_000)), 'qos2')
  assert.equal(peerOf(frame(1, 7601, 7601)), undefined)
  assert.equal(peerOf(frame(17, 7601, 50_000, 0x0806)), undefined)
})
test('no frame, however short, makes it throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => void peerOf(octets)))
})
