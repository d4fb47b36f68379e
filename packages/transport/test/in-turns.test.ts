import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { InTurns } from '../src/paths/in-turns.ts'

const ofSession = (mark: number, octets = 29): Uint8Array => new Uint8Array(octets).fill(0x40, 0, 1).fill(mark, 1)
const hello = (mark: number): Uint8Array => Uint8Array.of(1, 1, mark)
const markOf = (packet: Uint8Array): number => packet.at(-1)!

const taking = (): { readonly turns: InTurns; readonly taken: number[] } => {
  const taken: number[] = []
  return { turns: new InTurns((packet) => taken.push(markOf(packet))), taken }
}

describe('packets of a connection', () => {
  test('wait behind a message of a handshake for the next turn, in order', async () => {
    const { turns, taken } = taking()
    const seen = (): string => taken.splice(0).join()
    assert.equal(turns.push(ofSession(1)), undefined)
    assert.equal(seen(), '1')
    for (const packet of [hello(2), ofSession(3), hello(4), hello(5), ofSession(6), ofSession(7)])
      assert.equal(turns.push(packet), undefined)
    assert.equal(seen(), '2')
    await turn()
    assert.equal(seen(), '3,4')
    assert.equal(turns.push(hello(8)), undefined) // one of two that wait was taken
    await turn()
    assert.equal(seen(), '5')
    await turn()
    assert.equal(seen(), '6,7,8')
    await turn()
    turns.push(ofSession(9))
    assert.equal(seen(), '9')
  })

  test('of a session are copied where they wait', async () => {
    const { turns, taken } = taking()
    const packet = ofSession(2)
    turns.push(hello(1))
    turns.push(packet)
    packet.fill(3, 1)
    await turn()
    assert.deepEqual(taken, [1, 2])
  })

  for (const [name, packet] of [
    ['an empty one', new Uint8Array(0)],
    ['one of another version', Uint8Array.of(2, 1, 0)],
    ['one of no known kind', Uint8Array.of(1, 9, 0)],
    ['one of a session that is too short', ofSession(1, 28)],
  ] as const) {
    test(`end the connection: ${name}`, async () => {
      const { turns, taken } = taking()
      assert.match(turns.push(packet) ?? '', /a message of \d+ octets that no agent sends/)
      assert.equal(turns.push(ofSession(1)), undefined)
      await turn()
      assert.deepEqual(taken, [])
    })
  }

  test('end it when a third message of a handshake would wait; the others are forgotten', async () => {
    const { turns, taken } = taking()
    for (const mark of [1, 2, 3]) assert.equal(turns.push(hello(mark)), undefined)
    assert.match(turns.push(hello(4)) ?? '', /more than 2 messages/)
    await turn()
    assert.deepEqual(taken, [1])
  })

  test('end it when more than 4 MiB would wait', () => {
    const { turns } = taking()
    turns.push(hello(1))
    const packet = ofSession(2, 2 ** 20)
    for (let count = 0; count < 4; count++) assert.equal(turns.push(packet), undefined)
    assert.match(turns.push(ofSession(3)) ?? '', /more than 4194304 octets/)
  })

  test('are forgotten when it is closed', async () => {
    const { turns, taken } = taking()
    turns.push(hello(1))
    turns.push(ofSession(2))
    turns.close()
    await turn()
    assert.deepEqual(taken, [1])
  })
})
