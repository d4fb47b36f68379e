/** Exchanges between two processes while paths are cut, addresses change and either process is killed. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../../scripts/eventually.ts'
import { type Lookup, openAgent } from '../src/index.ts'
import type { ChildConfig } from './agent-child.ts'
import { Forwarder } from './forwarder.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

const messages = 300
const pace = 4

let folder = ''
let forwarder: Forwarder
let children: ChildProcess[] = []
let port = 0
let configs: { readonly server: ChildConfig; readonly caller: ChildConfig }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vagus-agent-'))
  port = 20_000 + Math.floor(Math.random() * 20_000)
  forwarder = await Forwarder.open(port)
  const [own, peer] = [newSeeds('caller'), newSeeds('squares', [`udp://127.0.0.1:${forwarder.port}`])]
  const common = { messages, pace }
  configs = {
    server: {
      ...common,
      side: 'server',
      own: peer,
      peer: own,
      journal: join(folder, 'server'),
      notes: join(folder, 'served'),
      listen: [`udp://127.0.0.1:${port}`],
    },
    caller: {
      ...common,
      side: 'caller',
      own,
      peer,
      journal: join(folder, 'caller'),
      notes: join(folder, 'called'),
      listen: [],
    },
  }
})

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  forwarder.close()
  rmSync(folder, { recursive: true })
})

async function start(
  config: ChildConfig,
): Promise<{ readonly child: ChildProcess; readonly firstLine: Promise<string> }> {
  const file = join(folder, `${config.side}.json`)
  writeFileSync(file, JSON.stringify(config))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'agent-child.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const lines = createInterface({ input: child.stdout })
  const firstLine = once(lines, 'line').then(([line]) => String(line))
  firstLine.catch(() => undefined)
  if (config.side === 'server') await firstLine
  return { child, firstLine }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const numbersIn = (file: string): readonly number[] => readFileSync(file, 'utf8').trim().split('\n').map(Number)

/** Waits until `side` has dealt with that many messages: what then happens to it happens in the middle. */
const dealtWith = async (side: 'server' | 'caller', count: number): Promise<void> => {
  const { notes } = configs[side]
  await eventually(`the ${side} dealt with ${count}`, () => existsSync(notes) && numbersIn(notes).length >= count)
}

/** Nothing lost, nothing twice, on either side; and executed once. */
function check(): void {
  const asked = Array.from({ length: messages }, (_, index) => index + 1)
  assert.deepEqual(numbersIn(configs.server.notes), asked, 'what the server dealt with')
  assert.deepEqual(
    numbersIn(configs.caller.notes),
    asked.map((each) => each ** 2),
    'what the caller dealt with',
  )
  assert.equal(readFileSync(`${configs.server.notes}.executions`, 'utf8'), 'squares\n')
}

/** Numbers that a server sends without being asked; in the middle it is killed, and starts again at another port. */
async function countOverRestart(elsewhere: ChildConfig, lookup: Lookup, listen: readonly string[]): Promise<void> {
  const { child } = await start(configs.server)
  const caller = await openAgent({ identity: identityOf(configs.caller.own), lookup, listen })
  try {
    const exchange = await caller.call('squares', { protocol: 'count', head: new Uint8Array(0) })
    const got: number[] = []
    for await (const { octets } of exchange.messages()) {
      got.push(Number(Buffer.from(octets).toString()))
      if (got.length === messages / 2) {
        await kill(child)
        await start(elsewhere)
      }
    }
    assert.deepEqual(
      got,
      Array.from({ length: messages }, (_, index) => index + 1),
    )
  } finally {
    await caller.close()
  }
}

describe('a caller that only listens, when the other side is killed and starts again at another port', () => {
  test('looks it up again and goes on', async () => {
    const { own, peer } = configs.caller
    const addresses = [`udp://127.0.0.1:${port + 1}`]
    const moved = withAddresses(peer, addresses)
    const elsewhere = { ...configs.server, own: moved, listen: addresses }
    const lookup: Lookup = {
      find: (name, options) => lookupOf(own, children.length > 1 ? moved : peer).find(name, options),
    }
    await countOverRestart(elsewhere, lookup, [])
  })

  test('is called back by it, when the look-up does not know yet', async () => {
    const { own, peer } = configs.caller
    const addresses = [`udp://127.0.0.1:${port + 2}`]
    const listed = withAddresses(own, addresses)
    const elsewhere = { ...configs.server, peer: listed, listen: [`udp://127.0.0.1:${port + 1}`] }
    await countOverRestart(elsewhere, lookupOf(own, peer), addresses)
  })
})

describe('an exchange of 300 messages each way', () => {
  test('survives a path that is cut five times for 400 ms', async () => {
    await start(configs.server)
    const { firstLine } = await start(configs.caller)
    for (let cut = 0; cut < 5; cut++) {
      await dealtWith('server', 40 * (cut + 1))
      forwarder.isCut = true
      await sleep(400)
      forwarder.isCut = false
    }
    assert.equal(await firstLine, 'ended')
    check()
  })

  test('survives a NAT that gives it five other ports', async () => {
    await start(configs.server)
    const { firstLine } = await start(configs.caller)
    for (let time = 0; time < 5; time++) {
      await dealtWith('server', 40 * (time + 1))
      await forwarder.rebind()
    }
    assert.equal(await firstLine, 'ended')
    check()
  })

  test('survives kill -9 of the serving process, three times', async () => {
    let { child } = await start(configs.server)
    const { firstLine } = await start(configs.caller)
    for (let time = 0; time < 3; time++) {
      await dealtWith('server', 50 * (time + 1))
      await kill(child)
      ;({ child } = await start(configs.server))
    }
    assert.equal(await firstLine, 'ended')
    check()
  })

  test('survives kill -9 of the calling process, three times', async () => {
    await start(configs.server)
    let { child, firstLine } = await start(configs.caller)
    for (let time = 0; time < 3; time++) {
      await dealtWith('caller', 50 * (time + 1))
      await kill(child)
      ;({ child, firstLine } = await start(configs.caller))
    }
    assert.equal(await firstLine, 'ended')
    check()
  })
})
