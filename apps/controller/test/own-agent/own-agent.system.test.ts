/** The controller's own agent on its own list. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openOwnAgent } from '../../src/own-agent/own-agent.ts'
import { memoryAgents } from '../support/memory-agents.ts'
import { documentOf } from '../support/agent-document.ts'

test('an agent of that name that was there before is named, with what to do; under another name it is listed', async () => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-own-agent-'))
  const agents = memoryAgents()
  const now = Date.now()
  const other = agents.publish('controller', documentOf('controller', Math.floor(now / 1000), now, { first: 1 }))
  assert.ok('agent' in other)
  const reported: string[] = []
  const open = (name: string) =>
    openOwnAgent({
      home,
      name,
      listen: ['udp://127.0.0.1:0'],
      admitted: () => new Set(),
      hasLeases: () => false,
      agents,
      epoch: now,
      report: (line) => reported.push(line),
    })
  try {
    const hidden = await open('controller')
    await hidden.close()
    assert.equal(
      reported.at(-1),
      `"controller" on the list is another agent, ${other.agent.id}, so that devices do not find ours; give agent.name of vagus.yaml another value, or take it off: vagus agent rm controller`,
    )
    const own = await open('border-keeper')
    const listed = agents.find('border-keeper')
    assert.deepEqual([listed?.id, agents.find(own.id)?.name], [own.id, 'border-keeper'])
    assert.match(own.addresses.join(' '), /^udp:\/\/127\.0\.0\.1:\d+$/)
    await own.close()
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})
