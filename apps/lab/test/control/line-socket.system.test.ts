import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, test, type TestContext } from 'node:test'
import { askLine, serveLines } from '../../src/control/line-socket.ts'
import { LabError } from '../../src/errors.ts'

function pathFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-lines-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'control.sock')
}

/** Throws, hangs up or stays silent where the command says so; answers any other with itself. */
async function served(t: TestContext): Promise<string> {
  const path = pathFor(t)
  const server = await serveLines(path, async ({ command }, socket) => {
    if (command === 'throw') throw new LabError('not-running', 'nothing runs here')
    if (command === 'break') throw new TypeError('no such thing')
    if (command === 'hang up') socket.destroy()
    return command === 'wait' ? undefined : { command }
  })
  t.after(() => server.close())
  return path
}

const patience = 5000

describe('a socket of lines', () => {
  test('refuses a line that holds no JSON object, and answers the next one on the same connection', async (t) => {
    const socket = connect(await served(t))
    t.after(() => socket.destroy())
    socket.write('{\n7\nnull\n{"command":"state"}\n')
    const lines: unknown[] = []
    for await (const line of createInterface({ input: socket })) {
      lines.push(JSON.parse(line))
      if (lines.length === 4) break
    }
    const noObject = { type: 'refused', code: 'usage', message: 'a request must be a JSON object' }
    assert.deepEqual(lines, [
      { type: 'refused', code: 'usage', message: 'a request must be a line of JSON' },
      noObject,
      noObject,
      { command: 'state' },
    ])
  })

  test('refuses what its answer throws at, with code and reason', async (t) => {
    const path = await served(t)
    await assert.rejects(askLine(path, { command: 'throw' }, patience), {
      name: 'LabError',
      code: 'not-running',
      message: 'nothing runs here',
    })
    await assert.rejects(askLine(path, { command: 'break' }, patience), { code: 'failed', message: 'no such thing' })
    assert.deepEqual(await askLine(path, { command: 'state' }, patience), { command: 'state' })
  })

  test('gives no answer when nobody listens, or the connection ends before', async (t) => {
    const path = await served(t)
    assert.equal(await askLine(`${path}.none`, {}, patience), undefined)
    assert.equal(await askLine(path, { command: 'hang up' }, patience), undefined)
  })

  test('is waited for no longer than the patience', async (t) => {
    const path = await served(t)
    const message = `no answer from ${path} in 0.05 s`
    await assert.rejects(askLine(path, { command: 'wait' }, 50), { code: 'failed', message })
  })

  test('gives an error, and no crash, where an answer is no JSON', async (t) => {
    const path = pathFor(t)
    const server = createServer((socket) => void socket.end('oops\n')).listen(path)
    t.after(() => server.close())
    await once(server, 'listening')
    await assert.rejects(askLine(path, {}, patience), { name: 'SyntaxError' })
  })

  test('has a path that the kernel can hold', async () => {
    const path = `/tmp/${'x'.repeat(120)}`
    await assert.rejects(
      serveLines(path, () => undefined),
      { name: 'RangeError', message: /at most 107 octets/ },
    )
  })
})
