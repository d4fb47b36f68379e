/** `vagus device commits` at the socket of an agent: lists, keeps, takes back. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { CommitNotice } from '@vagus/api/southbound'
import { commitNoticesText } from '../src/commit-text.ts'
import { noPaint } from '../src/paint.ts'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { fakeAgent } from './fixtures/southbound-agent.ts'
import { recorded } from './surroundings.ts'

const notice: CommitNotice = {
  id: 'commit-1',
  state: 'pending',
  by: { kind: 'agent', id: 'did:key:z6Mknoc', name: 'noc' },
  comment: 'a try',
  added: 1,
  removed: 0,
  at: '2026-11-28T07:00:00.000Z',
  goesBackAt: '2026-11-28T07:02:00.000Z',
  problem: null,
  ended: null,
}

const folder = mkdtempSync(join(tmpdir(), 'vagus-device-commits-'))
const socket = join(folder, 'a.sock')
const agent = await fakeAgent(socket)
after(async () => {
  await agent.close()
  rmSync(folder, { recursive: true })
})

async function typed(...words: readonly string[]) {
  const around = recorded()
  const exit = await run(registry, ['device', 'commits', 'pe-1', '--socket', socket, ...words], around)
  return { exit, ...around.written }
}
const commit = (key: string, commands: readonly string[]): void =>
  void agent.answer({
    method: 'POST',
    path: '/v1/commits',
    body: { commands, key, comment: 'a\u001b[2J try', confirmWithin: 120 },
  })

test('what was changed is listed, with when it goes back', async () => {
  assert.equal((await typed()).out, 'pe-1: nothing was committed\n')
  commit('1', ['interface eth1', 'description x'])
  const { out } = await typed()
  assert.match(out, /^ID +STATE +BY +AT +CHANGED +WHY\ncommit-1 +goes back in (2m|1m 5\ds) +operator +\S+ +\+1 -0 +a/)
  assert.ok(!out.includes('\u001b'))
  const json = JSON.parse((await typed('--json')).out) as { readonly kind: string }
  assert.equal(json.kind, 'CommitList')
})

test('one is kept, one is taken back, and what the agent refuses is said with where to look', async () => {
  commit('2', ['interface eth2', 'description y'])
  assert.equal((await typed('--confirm', 'commit-1')).out, 'pe-1: commit-1 of operator stays: 1 line changed\n')
  assert.match((await typed('--revert', 'commit-2')).out, /^pe-1: commit-2 of operator is taken back; what others/)
  const late = await typed('--confirm', 'commit-2')
  assert.equal(late.exit, 1)
  assert.match(
    late.err,
    /commit-2 is reverted\n {2}vagus device commits pe-1 --socket \S+\n? *.*vagus device show pe-1/,
  )
  assert.equal((await typed('--confirm', 'a', '--revert', 'b')).exit, 2)
})

test('of all devices there is a list, which says where each is', () => {
  const one = { ...notice, device: 'pe-1', id: 'commit-7' }
  const items = [one, { ...one, device: 'pe-2' }]
  const list = { apiVersion: 'vagus/v1' as const, kind: 'CommitNoticeList' as const, now: notice.at, items }
  const lines = commitNoticesText(list, { columns: 100, paint: { strong: (text) => text } }).split('\n')
  assert.match(lines[0]!, /^DEVICE +ID +STATE +BY +AT +CHANGED +WHY$/)
  assert.match(lines[2]!, /^pe-2 +commit-7 +goes back in 2m +noc +\S+ +\+1 -0 +a try$/)
  assert.equal(
    commitNoticesText({ ...list, items: [] }, { columns: 100, paint: noPaint }),
    'no device tells of a commit',
  )
})

test('what is done to a commit needs to know where it is', async () => {
  const around = recorded()
  assert.equal(await run(registry, ['device', 'commits', '--confirm', 'commit-7'], around), 2)
  assert.match(around.written.err, /which device\?/)
})
