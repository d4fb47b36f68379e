/** What side-cars tell of their sessions: on their own host, and to a controller. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type SessionReport, sessionListSchema, sessionReportSchema, sessionReportType } from '@vagus/api'
import { unknownAgent } from '@vagus/api/problem-types'
import { verifyDocument, verifyJws } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { eventually } from '../../../scripts/eventually.ts'
import { endServer, listening } from './sidecars.ts'
import { type Started, started, vagus } from './started.ts'

const home = mkdtempSync(join(tmpdir(), 'vagus-sessions-'))
const programs: Started[] = []
/** What the controller holds: documents and reports by name, the newest last. */
const documents = new Map<string, string>()
const reports = new Map<string, string[]>()
let controller: Awaited<ReturnType<typeof listening>>
let local: Awaited<ReturnType<typeof listening>>

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, name = '', sessions] = /^\/v1\/agents\/([^/]+)(\/sessions)?$/.exec(request.url!) ?? []
  let body = ''
  for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) body += part
  if (request.method === 'PUT' && sessions !== undefined) reports.set(name, [...(reports.get(name) ?? []), body])
  else if (request.method === 'PUT') documents.set(name, body)
  const document = documents.get(name)
  if (document === undefined) response.writeHead(404).end(JSON.stringify({ type: unknownAgent }))
  else response.end(JSON.stringify({ apiVersion: 'vagus/v1', document }))
}

function run(...args: readonly string[]): Started {
  const environment = { VAGUS_HOME: home, VAGUS_CONTROLLER: controller.url }
  const program = started(process.execPath, [vagus, 'run', ...args], environment)
  programs.push(program)
  return program
}

/** The newest report of an agent, as its document proves it. */
function reportOf(name: string): SessionReport | undefined {
  const [document, report] = [documents.get(name), reports.get(name)?.at(-1)]
  if (document === undefined || report === undefined) return undefined
  const read = verifyDocument(document, Date.now(), identityCrypto)
  assert.ok(read.type === 'verified')
  const signed = verifyJws(report, sessionReportType, read.identity.keys.ed25519, identityCrypto)
  assert.ok(signed.type === 'verified', JSON.stringify(signed))
  const told = sessionReportSchema.parse(JSON.parse(Buffer.from(signed.payload).toString()))
  assert.equal(told.agent, read.identity.id)
  return told
}

before(async () => {
  controller = await listening((request, response) => void answer(request, response))
  local = await listening((_, response) => response.end('hello'))
})
after(() => {
  for (const { child } of programs) child.kill('SIGKILL')
  endServer(controller.server)
  endServer(local.server)
  rmSync(home, { recursive: true, force: true })
})

test('both ends of a session tell of it, signed, and the side-car shows it on its own host', async () => {
  const serving = run('--name', 'greeter', '--a2a', local.url)
  await serving.says(/calls others at/)
  const calling = run('--name', 'asker', '--pad', 'greeter', '--pad-to', 'classes')
  const [, url] = await calling.says(/calls others at (http:\S+)\/agents\//)
  assert.equal(await (await fetch(`${url}/agents/greeter/`)).text(), 'hello')

  const list = sessionListSchema.parse(await (await fetch(`${url}/sessions`)).json())
  const [session, ...more] = list.items
  assert.deepEqual([session?.agent.name, session?.peer.name, more.length, list.more], ['asker', 'greeter', 0, 0])
  assert.deepEqual([session?.role, session?.state, session?.padding], ['initiator', 'up', 'classes'])
  assert.match(session!.cipher, /^25519\+MLKEM768_/)
  const [path] = session!.paths.filter(({ primary }) => primary)
  assert.deepEqual([path?.kind, path?.state], ['udp', 'alive'])
  assert.ok(path!.roundTripMs !== null && path!.roundTripMs >= 0)
  const refused = await fetch(`${url}/sessions`, { method: 'POST' })
  assert.equal(refused.status, 404)

  const told = await eventually('the asker tells', () => reportOf('asker')?.sessions[0])
  assert.deepEqual([told.peer, told.role], [session!.peer.id, 'initiator'])
  const other = await eventually('the greeter tells', () => reportOf('greeter')?.sessions[0])
  assert.deepEqual([other.peer, other.role, other.padding], [session!.agent.id, 'responder', 'none'])

  calling.child.kill('SIGTERM')
  await once(calling.child, 'close')
  assert.deepEqual([reportOf('asker')?.ends, reportOf('asker')?.sessions], [true, []])
  await eventually('the greeter has no session', () => reportOf('greeter')?.sessions.length === 0)
})

test('a report is repeated while nothing changes, with a later time', async () => {
  const first = reportOf('greeter')
  const next = await eventually('the next report', () => {
    const newest = reportOf('greeter')
    return newest?.at === first?.at ? undefined : newest
  })
  assert.ok(next.at > first!.at)
})
