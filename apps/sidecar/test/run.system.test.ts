import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import { TaskState } from '@a2a-js/sdk'
import { Keyring } from '@vagus/keyring'
import { eventually } from '../../../scripts/eventually.ts'
import { endServer, listening } from './sidecars.ts'
import { type Started, started, vagus } from './started.ts'
import { freePort } from '../../../scripts/free-port.ts'

const home = mkdtempSync(join(tmpdir(), 'vagus-run-'))
const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)
const programs: Started[] = []

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Started {
  const program = started(process.execPath, args, { VAGUS_HOME: home, VAGUS_CONTROLLER: '', ...environment })
  programs.push(program)
  return program
}

const isTaken = (taken: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(taken, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })

/** On a busy machine a task may end while its side-car is away: there is nothing left to break then. */
const isOverBefore = (client: Started, event: number): Promise<boolean> =>
  client.says(new RegExp(`event ${event} `)).then(
    () => false,
    () => true,
  )

const run = (...args: readonly string[]): Started => start([vagus, 'run', ...args])
let callers = 0
/** A side-car of an agent that no other test runs. */
const runCaller = (...args: readonly string[]): Started => run('--name', `asker-${++callers}`, ...args)
async function kill(side: Started): Promise<void> {
  side.child.kill('SIGKILL')
  await side.exit
}
const counted = (to: number): string => Array.from({ length: to }, (_, at) => `${at} `).join('')
const toldBy = (client: Started): object => JSON.parse(client.text().trim().split('\n').at(-1)!) as object

let port: number
let serving: Started
async function serve(): Promise<void> {
  serving = run('--name', 'counter', '--a2a', `http://127.0.0.1:${port}`)
  await serving.says(/calls others at/)
}
before(async () => {
  port = await freePort()
  await start([fixture('a2a-agent.ts'), String(port)]).says(/listening/)
  await serve()
})
after(async () => {
  for (const { child } of programs) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

// They wait for processes to start, and for time to pass, more than they compute.
describe('vagus run, each side-car and each program a process of its own', { concurrency: 3 }, () => {
  test('starts a stock A2A client that streams a task, and ends with its exit code', async () => {
    const client = runCaller('--', process.execPath, fixture('a2a-client.ts'), 'count 20 5')
    assert.equal(await client.exit, 0, client.text())
    assert.deepEqual(toldBy(client), { told: counted(20), state: TaskState.TASK_STATE_COMPLETED })
    const failing = runCaller('--', process.execPath, '-e', 'process.exit(7)')
    assert.equal(await failing.exit, 7)
  })
  test('names the skills of the card of the agent that it serves', async () => {
    const document = (): string => new Keyring(join(home, 'agents')).open('counter', Date.now()).identity.skills.join()
    await eventually('the skill is told', () => document() === 'count')
  })
  test('passes SIGTERM on, and ends when its program has', async () => {
    const program = "process.on('SIGTERM', () => process.exit(9)); console.log('ready'); setInterval(() => 0, 1000)"
    const client = runCaller('--', process.execPath, '-e', program)
    await client.says(/ready/)
    client.child.kill('SIGTERM')
    assert.equal(await client.exit, 9)
  })
  test('takes its program along when a second SIGTERM comes before that has ended', async () => {
    const program =
      "process.on('SIGTERM', () => console.log('asked')); console.log('pid', process.pid); setInterval(() => 0, 1000)"
    const client = runCaller('--', process.execPath, '-e', program)
    const pid = Number((await client.says(/pid (\d+)/))[1])
    client.child.kill('SIGTERM')
    await client.says(/asked/)
    await sleep(1100) // what comes sooner is the same wish
    client.child.kill('SIGTERM')
    try {
      await eventually('it ends', () => client.child.exitCode !== null)
      await eventually('its command ends', () => !existsSync(`/proc/${pid}`))
    } finally {
      if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL')
    }
  })
  test('takes its program along when it is killed (kill -9), so that the next one finds the port free', async () => {
    const own = await freePort()
    const program = `console.log('ready'); require('node:http').createServer().listen(${own}, '127.0.0.1')`
    for (let turn = 0; turn < 2; turn++) {
      const client = runCaller('--', process.execPath, '-e', program)
      await client.says(/ready/)
      await eventually('the port is taken', () => isTaken(own))
      await kill(client)
      await eventually('the port is free', async () => !(await isTaken(own)))
    }
  })
  test('says which relay, which folder and which caller are not there, and runs', async () => {
    const lists = ['--relay', 'nobody', '--lookup', join(home, 'missing'), '--allow', 'counter,nobody']
    const side = runCaller(...lists)
    await side.says(/calls others at/)
    await side.says(/nobody is found under the name nobody yet/)
    assert.doesNotMatch(side.text(), /name counter/)
    assert.match(side.text(), /not at the relay nobody yet, and tries again: .*nobody/)
    assert.match(side.text(), /^waits for an answer of the relay nobody$/m)
    assert.match(side.text(), /there is no folder \S+missing yet/)
    side.child.kill('SIGTERM')
    assert.equal(await side.exit, 0)
  })
  test('says that nothing listens where its server should be, and when it does', async () => {
    const own = await freePort()
    const side = runCaller('--a2a', `http://127.0.0.1:${own}`)
    await side.says(/nothing listens at http:\/\/127\.0\.0\.1:\d+ yet: calls are answered with server-down/)
    const { server: late } = await listening((_, response) => void response.end(), own)
    await side.says(/http:\/\/127\.0\.0\.1:\d+ is there now/)
    endServer(late)
    await kill(side)
    assert.doesNotMatch(serving.text(), /nothing listens/)
  })
  test('says why a call of its program failed, where the SDK says a status alone', async () => {
    const program = "fetch(process.env.VAGUS_AGENTS_URL + 'countr/').then((answer) => console.log(answer.status))"
    const client = runCaller('--', process.execPath, '-e', program)
    assert.equal(await client.exit, 0)
    assert.match(client.text(), /^a call to countr failed: .*"countr".* \(unknown-agent\)$/m)
  })
  test('says how the server that it has started came to its end', async () => {
    const server = runCaller('--a2a', 'http://127.0.0.1:9', '--', process.execPath, '-e', '0')
    assert.equal(await server.exit, 0)
    assert.match(server.text(), / -e 0 has ended, exit code 0; so does its side-car$/m)
    const killed = runCaller('--', process.execPath, '-e', "process.kill(process.pid, 'SIGKILL')")
    assert.equal(await killed.exit, 137)
    assert.match(killed.text(), / has ended, by SIGKILL; so does its side-car$/m)
  })
  test('says that only this host reaches it, unless it listens for others', async () => {
    await serving.says(/^only from this host; from others with --listen /m)
    const open = runCaller('--listen', 'udp://0.0.0.0:0')
    await open.says(/calls others at/)
    assert.doesNotMatch(open.text(), /only from this host/)
    await kill(open)
  })
  test('says once that a controller on another host is asked without encryption', async () => {
    for (const [host, times] of [
      ['nobody.invalid', 1],
      ['localhost', 0],
      ['127.0.0.1', 0],
      ['[::1]', 0],
    ] as const) {
      const side = runCaller('--controller', `http://${host}:9`)
      await side.says(/calls others at/)
      assert.equal(side.text().match(/without encryption/g)?.length ?? 0, times, side.text())
      side.child.kill('SIGTERM')
      assert.equal(await side.exit, 0)
    }
  })
  test('refuses to allow what is neither an id nor a name', async () => {
    for (const word of ['did:key:garbage', 'Boss!']) {
      const refused = runCaller('--allow', `counter,${word}`)
      assert.equal(await refused.exit, 2)
      assert.match(refused.text(), /"--allow" takes ids .*, got "(did:key:garbage|Boss!)"/)
    }
  })
  test('names the program that is not there', async () => {
    const refused = runCaller('--', 'no-such-program')
    assert.equal(await refused.exit, 1)
    assert.match(refused.text(), /"no-such-program" cannot be started: ENOENT/)
  })
  test('loses and repeats nothing when the serving side-car is killed (kill -9) and comes back', async () => {
    const client = runCaller('--', process.execPath, fixture('a2a-client.ts'), 'count 150 40')
    for (const event of [20, 30]) {
      if (await isOverBefore(client, event)) break
      await kill(serving)
      await serve()
    }
    assert.equal(await client.exit, 0, client.text())
    assert.deepEqual(toldBy(client), { told: counted(150), state: TaskState.TASK_STATE_COMPLETED })
  })
  test('asks GETs anew and does what was not begun when the serving side-car is killed (kill -9) and comes back', async () => {
    const local = await freePort()
    const asked: string[] = []
    const listen = async (): Promise<Server> => {
      const { server } = await listening(({ method, url }, response) => {
        asked.push(`${method} ${url}`)
        if (url === '/slow' && asked.filter((each) => each === 'GET /slow').length === 1) return
        response.end(`answer to ${method} ${url}`)
      }, local)
      return server
    }
    let server = await listen()
    const serveIt = async (): Promise<Started> => {
      const side = run('--name', 'mortal', '--a2a', `http://127.0.0.1:${local}`)
      await side.says(/calls others at/)
      return side
    }
    let side = await serveIt()
    const calling = runCaller()
    const [, base] = await calling.says(/calls others at (\S+)NAME/)
    const ask = async (path: string, init?: RequestInit): Promise<string> =>
      (await fetch(`${base}mortal${path}`, init)).text()

    const slow = ask('/slow')
    await eventually('it asks', () => asked.includes('GET /slow'))
    await kill(side)
    side = await serveIt()
    assert.equal(await slow, 'answer to GET /slow')

    endServer(server)
    const message = { messageId: 'm-1', role: 'ROLE_USER', parts: [{ text: 'go' }] }
    const headers = { 'content-type': 'application/json' }
    const posts = [
      ask('/message:send', { method: 'POST', headers, body: JSON.stringify({ message }) }),
      ask('/text', { method: 'POST', body: 'go' }),
    ]
    await sleep(1000) // both are there by now, and wait for the local server
    await kill(side)
    server = await listen()
    side = await serveIt()
    assert.deepEqual(await Promise.all(posts), ['answer to POST /message:send', 'answer to POST /text'])
    assert.equal(asked.filter((each) => each.startsWith('POST')).length, 2)
    await Promise.all([kill(side), kill(calling)])
    endServer(server)
  })
  test('loses and repeats nothing when the calling side-car is killed (kill -9) and its program resumes', async () => {
    const own = await freePort()
    const call = async (): Promise<Started> => {
      const calling = run('--name', 'caller', '--port', String(own))
      await calling.says(/calls others at/)
      return calling
    }
    let calling = await call()
    const environment = { VAGUS_AGENTS_URL: `http://127.0.0.1:${own}/agents/`, RESUME: '1' }
    const client = start([fixture('a2a-client.ts'), 'count 150 40'], environment)
    for (const event of [20, 30]) {
      if (await isOverBefore(client, event)) break
      await kill(calling)
      calling = await call()
    }
    assert.equal(await client.exit, 0, client.text())
    assert.deepEqual(toldBy(client), { told: counted(150), state: TaskState.TASK_STATE_COMPLETED })
  })
})
