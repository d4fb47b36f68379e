import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { connectControl, follow } from '../../src/control/client.ts'
import { lifelinePatience, serveControl } from '../../src/control/server.ts'

/** A control socket whose clock is turned by hand. */
async function controlled(t: TestContext, lifeline: 'expected' | 'none') {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-control-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const lost = Promise.withResolvers<void>()
  let losses = 0
  const { close } = await serveControl({
    path: join(folder, 'control.sock'),
    answer: async () => ({ type: 'done' }),
    history: () => [{ type: 'done' }],
    lifeline,
    onLifelineLost: () => {
      losses++
      lost.resolve()
    },
  })
  t.after(close)
  const connect = async (kind: 'lifeline' | 'onlooker'): Promise<Socket> => {
    const socket = (await connectControl(join(folder, 'control.sock')))!
    t.after(() => socket.destroy())
    await new Promise<void>((resolve) =>
      follow(
        socket,
        kind,
        () => resolve(),
        () => undefined,
      ),
    )
    return socket
  }
  return {
    /** A connection that was heard. */
    connect,
    pass: () => t.mock.timers.tick(lifelinePatience),
    losses: () => losses,
    lost: lost.promise,
  }
}

describe('a lifeline', () => {
  test('that does not come in time is lost; an onlooker is none', async (t) => {
    const { connect, pass, losses } = await controlled(t, 'expected')
    await connect('onlooker')
    assert.equal(losses(), 0)
    pass()
    assert.equal(losses(), 1)
  })

  test('that came is lost when it is cut, and not before', async (t) => {
    const { connect, pass, losses, lost } = await controlled(t, 'expected')
    const socket = await connect('lifeline')
    pass()
    assert.equal(losses(), 0)
    socket.destroy()
    await lost
    assert.equal(losses(), 1)
  })

  test('is not waited for where none is expected', async (t) => {
    const { pass, losses } = await controlled(t, 'none')
    pass()
    assert.equal(losses(), 0)
  })
})
