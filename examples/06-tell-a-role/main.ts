/**
 * One program tells all that have a role, and a program of each hears it once, beside side-cars as `vagus run` starts them.
 * Run it: `node examples/06-tell-a-role/main.ts`.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring } from '@vagus/keyring'
import { runSidecar, type RunOptions } from '@vagus/sidecar'

const home = mkdtempSync(join(tmpdir(), 'vagus-example-'))
const beside = (file: string): string[] => [process.execPath, join(import.meta.dirname, file)]

// vagus roster new acme && vagus roster add first --role operator && …
const keyring = new Keyring(join(home, 'agents'))
const draft = { role: 'agent', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 }
const idOf = (name: string) => keyring.create(name, draft, Date.now()).identity.id
const owner = idOf('acme')
const members = [
  { id: idOf('teller'), name: 'teller', roles: ['watch'] },
  { id: idOf('first'), name: 'first', roles: ['operator'] },
  { id: idOf('second'), name: 'second', roles: ['operator'] },
]
const policies = '@id("all") permit (principal, action, resource);'
keyring.signRoster('acme', () => ({ members, policies }), Date.now())

const common: Omit<RunOptions, 'name' | 'program'> = {
  keyring,
  owner,
  exposed: {},
  listen: ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0'],
  relays: [],
  folders: [],
  controller: undefined,
  allowed: [],
  port: 0,
  tokens: new Map(),
  environment: process.env,
  report: () => undefined,
  signal: AbortSignal.timeout(60_000),
}
const stop = new AbortController()
const telling = runSidecar({ ...common, name: 'teller', program: beside('teller.ts'), signal: stop.signal })
// vagus run --name first --roster acme -- node listener.ts
const exits = await Promise.all([
  runSidecar({ ...common, name: 'first', program: beside('listener.ts') }),
  runSidecar({ ...common, name: 'second', program: beside('listener.ts') }),
])
assert.deepEqual(exits, [0, 0])
stop.abort()
await telling
rmSync(home, { recursive: true })
