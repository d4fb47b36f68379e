import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { checkListen, forward, parseListen } from '../src/forwarder/forward.ts'
import { freePort } from '../../../scripts/free-port.ts'

describe('the forwarder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-forwarder-'))
  const path = join(folder, 'controller.sock')
  /** Answers everything with its length, when the other side has ended. */
  const inside: Server = createServer({ allowHalfOpen: true }, (socket) => {
    let octets = 0
    socket.on('error', () => {}) // the forwarder was closed meanwhile
    socket.on('data', (part: Buffer) => (octets += part.length))
    socket.on('end', () => socket.end(`${octets} octets`))
  })

  before(() => once(inside.listen(path), 'listening'))
  after(() => {
    inside.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function answerAt(port: number, octets: number): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    socket.end(Buffer.alloc(octets))
    let text = ''
    for await (const part of socket) text += String(part)
    return text
  }

  test('carries octets both ways, however many, and an end in the order in which it came', async (t) => {
    const port = await freePort()
    const forwarder = await forward(`127.0.0.1:${port}`, path)
    t.after(forwarder.close)
    assert.equal(await answerAt(port, 5), '5 octets')
    assert.equal(await answerAt(port, 3_000_000), '3000000 octets')
  })

  test('refuses an address that somebody else has, and says what to type', async (t) => {
    const port = await freePort()
    const forwarder = await forward(`127.0.0.1:${port}`, path)
    t.after(forwarder.close)
    const refusal = {
      code: 'address-in-use',
      message: `127.0.0.1:${port} is in use; choose another with --listen ADDRESS:PORT`,
    }
    await assert.rejects(forward(`127.0.0.1:${port}`, path), refusal)
    await assert.rejects(checkListen(`127.0.0.1:${port}`), refusal)
  })

  test('is still to be had where it was only looked whether it is', async (t) => {
    const port = await freePort()
    await checkListen(`127.0.0.1:${port}`)
    t.after((await forward(`127.0.0.1:${port}`, path)).close)
  })

  test('closes a connection at once while nobody listens inside', async (t) => {
    const port = await freePort()
    const forwarder = await forward(`127.0.0.1:${port}`, join(folder, 'nobody.sock'))
    t.after(forwarder.close)
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(1000) })
    let octets = 0
    socket.on('data', (part: Buffer) => (octets += part.length))
    await closed
    assert.equal(octets, 0)
  })

  test('ends open connections when it is closed', async () => {
    const port = await freePort()
    const forwarder = await forward(`127.0.0.1:${port}`, path)
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => {})
    forwarder.close()
    await once(socket, 'close')
  })
})

test('where a forwarder listens is ADDRESS:PORT, with brackets around IPv6', () => {
  assert.deepEqual(parseListen('127.0.0.1:7600'), { host: '127.0.0.1', port: 7600 })
  assert.deepEqual(parseListen('[::1]:80'), { host: '::1', port: 80 })
  for (const text of ['7600', '::1:80', '127.0.0.1:0', '127.0.0.1:70000', '']) {
    assert.throws(() => parseListen(text), { code: 'usage' })
  }
})
