/**
 * Two stock A2A programs that find each other by name, each beside its own side-car, as `vagus run` starts them. Run it:
 * `node examples/03-two-a2a-programs/main.ts`.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring } from '@vagus/keyring'
import { runSidecar, type RunOptions } from '@vagus/sidecar'

const home = mkdtempSync(join(tmpdir(), 'vagus-example-'))
const beside = (file: string): string => join(import.meta.dirname, file)
const free = createServer().listen(0, '127.0.0.1')
await once(free, 'listening')
const { port } = free.address() as { readonly port: number }
free.close()

// The server: vagus run --name counter --a2a http://127.0.0.1:PORT
const agent = spawn(process.execPath, [beside('agent.ts'), String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
await once(agent.stdout, 'data')
const stop = new AbortController()
const common: Omit<RunOptions, 'name' | 'exposed' | 'program' | 'report' | 'signal'> = {
  keyring: new Keyring(join(home, 'agents')), // both on this host, so they find each other's documents here
  listen: ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0'],
  relays: [],
  folders: [],
  controller: undefined,
  allowed: [],
  port: 0,
  tokens: new Map(),
  environment: process.env,
}
const ready = Promise.withResolvers<void>()
const report = (line: string): void => (line.startsWith('calls others') ? ready.resolve() : undefined)
const exposed = { a2a: `http://127.0.0.1:${port}` }
const serving = runSidecar({ ...common, name: 'counter', exposed, program: [], report, signal: stop.signal })
await ready.promise

// The client: vagus run --name asker -- node asker.ts
const program = [process.execPath, beside('asker.ts')]
const exit = await runSidecar({ ...common, name: 'asker', exposed: {}, program, report, signal: stop.signal })
assert.equal(exit, 0)

stop.abort()
await serving
agent.kill()
rmSync(home, { recursive: true })
