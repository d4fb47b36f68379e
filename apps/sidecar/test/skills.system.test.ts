/** Three agents with one skill, each with a side-car and a program of its own, a fourth that nobody trusts, and a caller. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Keyring } from '@vagus/keyring'
import { eventually } from '../../../scripts/eventually.ts'
import { type Started, started, vagus } from './started.ts'
import { freePort } from '../../../scripts/free-port.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-skills-'))
const [home, elsewhere, strangers] = ['home', 'elsewhere', 'strangers'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
]
const names = ['one', 'two', 'three']
const programs: Started[] = []
const ports = new Map<string, number>()
const sides = new Map<string, Started>()
let callerPort: number
let caller: Started

function start(args: readonly string[], at = home): Started {
  const program = started(process.execPath, args, { VAGUS_HOME: at, VAGUS_CONTROLLER: '' })
  programs.push(program)
  return program
}
async function serve(name: string, at = home): Promise<void> {
  const side = start([vagus, 'run', '--name', name, '--a2a', `http://127.0.0.1:${ports.get(name)}`], at)
  sides.set(name, side)
  await side.says(/calls others at/)
}
async function call(): Promise<void> {
  const args = ['--name', 'asker', '--port', String(callerPort), '--lookup', strangers]
  caller = start([vagus, 'run', ...args])
  await caller.says(/calls others at/)
}
async function kill(side: Started): Promise<void> {
  side.child.kill('SIGKILL')
  await side.exit
}
const identityOf = (name: string, at = home) => new Keyring(join(at, 'agents')).open(name, Date.now()).identity
const isOffered =
  (name: string, at = home) =>
  (): boolean =>
    identityOf(name, at).skills.includes('count')

const rpc = (agent: string, method: string, params: object, more: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${callerPort}/agents/${agent}/a2a/jsonrpc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    ...more,
  })
const messageOf = (text: string, messageId: string = randomUUID()) => ({
  message: { messageId, role: 'ROLE_USER', parts: [{ text }] },
})
const answererOf = (response: Response): string => response.headers.get('vagus-answered-by') ?? ''
const nameOf = (id: string): string => names.find((name) => identityOf(name).id === id) ?? id

/** Messages that the program of `agent` executed, this question not among them. */
async function runsOf(agent: string): Promise<number> {
  const { result } = (await (await rpc(agent, 'SendMessage', messageOf('runs'))).json()) as {
    result: { message: { parts: { text: string }[] } }
  }
  return Number(result.message.parts[0]!.text) - 1
}

before(async () => {
  mkdirSync(strangers, { recursive: true })
  callerPort = await freePort()
  for (const name of [...names, 'stranger']) {
    ports.set(name, await freePort())
    await start([join(import.meta.dirname, 'fixtures', 'a2a-agent.ts'), String(ports.get(name))]).says(/listening/)
  }
  await Promise.all([...names.map((name) => serve(name)), serve('stranger', elsewhere)])
  for (const name of names) await eventually(`${name} offers its skill`, isOffered(name))
  await eventually('the stranger claims it, too', isOffered('stranger', elsewhere))
  cpSync(join(elsewhere, 'agents', 'stranger', 'document.jws'), join(strangers, 'stranger.jws'))
  await call()
})
after(async () => {
  for (const { child } of programs) child.kill('SIGKILL')
  await Promise.all(programs.map(({ exit }) => exit))
  rmSync(folder, { recursive: true, force: true })
})

interface Told {
  readonly answerer: string
  readonly parts: string[]
  text: string
  taskId: string
}

/** Reads a task as it streams. */
async function stream(
  text: string,
  messageId?: string,
): Promise<{ readonly told: Told; readonly over: Promise<void> }> {
  const response = await rpc('skill:count', 'SendStreamingMessage', messageOf(text, messageId))
  const told: Told = { answerer: nameOf(answererOf(response)), parts: [], text: '', taskId: '' }
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder()
    for await (const part of response.body!) told.text += decoder.decode(part as Uint8Array, { stream: true })
    for (const [, json] of told.text.matchAll(/^data: (.*)$/gm)) {
      const { result } = JSON.parse(json!) as {
        result: { task?: { id: string }; artifactUpdate?: { artifact: { parts: { text: string }[] } } }
      }
      told.taskId ||= result.task?.id ?? ''
      told.parts.push(...(result.artifactUpdate?.artifact.parts ?? []).map((each) => each.text))
    }
  }
  return { told, over: read() }
}

test('kill -9 of one of three agents with a skill, in the middle of traffic', async (t) => {
  const streams: Awaited<ReturnType<typeof stream>>[] = []
  for (let at = 0; at < 3; at++) streams.push(await stream('count 150 20'))
  assert.deepEqual(streams.map(({ told }) => told.answerer).toSorted(), names.toSorted())

  const over = new AbortController()
  let sent = 0
  const answered: { readonly by: string; readonly when: 'before' | 'away' | 'back' }[] = []
  let when: (typeof answered)[number]['when'] = 'before'
  const ask = async (): Promise<void> => {
    while (!over.signal.aborted) {
      sent++
      const began = when
      const response = await rpc('skill:count', 'SendMessage', messageOf('hello'))
      assert.equal(response.status, 200, await response.clone().text())
      answered.push({ by: nameOf(answererOf(response)), when: began === when ? when : 'back' })
    }
  }
  const asking = Array.from({ length: 6 }, ask)
  const answeredIn = (phase: typeof when) => answered.filter((each) => each.when === phase)

  await eventually('all three answer', () => new Set(answeredIn('before').map(({ by }) => by)).size === 3)
  when = 'away'
  await kill(sides.get('two')!)
  await eventually('the two others go on', () => answeredIn('away').length >= 40)
  assert.ok(answeredIn('away').every(({ by }) => by !== 'two'))
  const waiting = sent - answered.length
  assert.ok(waiting <= 6)
  await serve('two')
  when = 'back'
  over.abort()
  await Promise.all(asking)
  await Promise.all(streams.map(({ over }) => over))

  for (const { told } of streams) {
    const all = Array.from({ length: 150 }, (_, at) => `${at} `)
    assert.deepEqual(told.parts, all, `the task at ${told.answerer} has each part once`)
  }
  const runs = await Promise.all(names.map(runsOf))
  assert.equal(
    runs.reduce((sum, each) => sum + each, 0),
    sent + streams.length,
    'each message was executed once',
  )
  assert.equal(await runsOf('stranger'), 0)
  t.diagnostic(
    `${sent} messages, ${answeredIn('away').length} answered while one was away; executed ${runs.join(', ')}`,
  )

  const [{ told }] = streams as [(typeof streams)[number]]
  await kill(caller)
  await call()
  const response = await rpc('skill:count', 'GetTask', { id: told.taskId })
  assert.equal(nameOf(answererOf(response)), told.answerer, 'a task is found after a restart of the caller')
  assert.match(await response.text(), new RegExp(told.taskId))
})

test('kill -9 of the side-car that calls: the same message again joins its task, which is executed once', async () => {
  const before = (await Promise.all(names.map(runsOf))).reduce((sum, each) => sum + each, 0)
  const messageId = randomUUID()
  const broken = await stream('count 150 20', messageId)
  const isBroken = broken.over.then(
    () => false,
    () => true,
  )
  await kill(caller)
  assert.ok(await isBroken)
  await call()
  const { told, over } = await stream('count 150 20', messageId)
  assert.equal(told.answerer, broken.told.answerer)
  await over
  assert.deepEqual(
    told.parts,
    Array.from({ length: 150 }, (_, at) => `${at} `),
  )
  const after = (await Promise.all(names.map(runsOf))).reduce((sum, each) => sum + each, 0)
  assert.equal(after - before, 1 + names.length, 'the task, and our questions of before')
})

test('a stranger that claims the skill is named, and never called', async () => {
  for (const name of names) await kill(sides.get(name)!)
  for (const name of names) rmSync(join(home, 'agents', name), { recursive: true })
  const problem = (await (
    await eventually('no trusted agent is found any more', async () => {
      const response = await rpc('skill:count', 'SendMessage', messageOf('hello'))
      return response.status === 404 ? response : undefined
    })
  ).json()) as { type: string; detail: string }
  assert.equal(problem.type, 'urn:vagus:problem:unknown-agent')
  const { id } = identityOf('stranger', elsewhere)
  assert.ok(problem.detail.includes(`stranger (${id}) claims it, and --find does not name them: --find ${id}`))
  assert.equal(await runsOf('stranger'), 1, 'only the question of before')
})
