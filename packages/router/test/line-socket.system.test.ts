import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ControlSocket } from '../src/bird/control-socket.ts'
import { Vty } from '../src/frr/vty.ts'
import { listening } from './fixtures/listening.ts'

test('an answer of 16 MiB in many pieces is joined once', async (t) => {
  const size = 16 << 20
  const done = Buffer.alloc(4)
  const path = await listening(t, '', (socket, question) => {
    if (question.startsWith('enable')) return socket.write(done)
    for (let sent = 0; sent < size; sent += 1 << 16) socket.write(Buffer.alloc(1 << 16, 'a'))
    return socket.write(done)
  })
  const concat = Buffer.concat.bind(Buffer)
  let joined = 0
  t.mock.method(Buffer, 'concat', (parts: readonly Uint8Array[], length?: number) => {
    joined += parts.reduce((sum, part) => sum + part.length, 0)
    return concat(parts, length)
  })
  const vty = new Vty(path)
  assert.equal((await vty.ask('show everything')).length, size)
  assert.ok(joined < 2 * size, `joined ${joined} octets`)
  vty.close()
})

test('an answer that comes octet by octet ends with its last line, and not before', async (t) => {
  const path = await listening(t, '0001 BIRD 2.0.12 ready.\n', (socket) => {
    const text = '1007-10.16.0.0/16 unicast\n 0000 \n0000 \n'
    for (let at = 0; at < text.length; at++) setImmediate(() => socket.write(text[at]!))
  })
  const control = new ControlSocket(path)
  const asked = control.ask('show route')
  assert.deepEqual(
    (await asked).map(({ code, text }) => [code, text]),
    [
      [1007, '10.16.0.0/16 unicast'],
      [1007, '0000 '],
      [0, ''],
    ],
  )
  control.close()
})
