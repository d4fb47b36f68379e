import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../../scripts/eventually.ts'
import { Agent } from '../src/index.ts'
import { idleRouter } from './support/idle-router.ts'
import { freePort } from '../../../scripts/free-port.ts'

test('links of others stay while the controller restarts, and go when it comes back without them (RFC 4724); its faults are told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-controller-restart-'))
  const control = join(folder, 'agent.sock')
  const [address, port] = ['127.9.4.1', await freePort()]
  let controller: ChildProcess | undefined
  const start = (which: 'with-link' | 'without' | 'malformed'): void => {
    const script = join(import.meta.dirname, 'fixtures/controller-run.ts')
    controller = spawn(process.execPath, [script, String(port), address, which], { stdio: 'inherit' })
  }
  const kill = async (): Promise<void> => {
    controller?.kill('SIGKILL')
    if (controller !== undefined) await once(controller, 'exit')
    controller = undefined
  }
  const stop = new AbortController()
  const lines: string[] = []
  start('with-link')
  const running = Agent.run(
    {
      name: 'pe-1',
      router: idleRouter,
      localAddress: address,
      routerAddress: '127.9.4.9',
      controller: { address: '127.0.0.1', port },
      source: address,
      control,
      report: (line) => lines.push(line),
    },
    stop.signal,
  )
  t.after(async () => {
    stop.abort()
    await kill()
    await running
    rmSync(folder, { recursive: true })
  })
  /** Fewest links of others that there were until `state`. */
  const until = async (state: 'established' | 'other', wanted: (links: number) => boolean): Promise<number> => {
    let least = Infinity
    const isSo = async (): Promise<boolean> => {
      if (!existsSync(control)) return false
      const { others, sessions } = await agentOf(control)
      const isUp = sessions.find(({ name }) => name === 'controller')?.state === 'established'
      least = Math.min(least, others.links)
      return isUp === (state === 'established') && wanted(others.links)
    }
    await eventually(() => `${state}; ${lines.join('; ')}`, isSo, { seconds: 40 })
    return least
  }
  await until('established', (links) => links === 1)
  await kill()
  assert.equal(await until('other', () => true), 1)
  start('with-link')
  assert.equal(await until('established', () => true), 1)
  await sleep(500)
  assert.equal((await agentOf(control)).others.links, 1)
  await kill()
  assert.equal(await until('other', () => true), 1)
  start('without')
  await until('established', (links) => links === 0)
  await kill()
  start('malformed')
  const isFault = (line: string): boolean => line.startsWith('controller: an UPDATE with a fault, afi-safi-disable')
  await until('established', () => lines.some(isFault))
})

interface Told {
  readonly others: { readonly links: number }
  readonly sessions: readonly { readonly name: string; readonly state: string }[]
}

function agentOf(socketPath: string): Promise<Told> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/v1/agent' }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () => resolve(JSON.parse(text) as Told))
    })
    asked.on('error', reject)
    asked.end()
  })
}
