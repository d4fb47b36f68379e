/** The controller's own agent on its own list. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAgent } from '@vagus/agent'
import { identityOf, newSeeds } from '../../../../packages/agent/test/identities.ts'
import { eventually } from '../../../../scripts/eventually.ts'
import { openOwnAgent } from '../../src/own-agent/own-agent.ts'
import { documentOf } from '../support/agent-document.ts'
import { idOfSeeds } from '../support/med-responder.ts'
import { lookupIn, memoryAgents } from '../support/memory-agents.ts'

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

test('an agent whose id no device has is told of once, with where the id goes; one that a device has is not', async () => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-own-agent-'))
  const agents = memoryAgents()
  const [known, stranger] = [newSeeds('pe-1'), newSeeds('pe-2')]
  const reported: string[] = []
  const own = await openOwnAgent({
    home,
    name: 'controller',
    listen: ['udp://127.0.0.1:0'],
    admitted: () => new Set([idOfSeeds(known)]),
    hasLeases: () => false,
    agents,
    epoch: 1,
    report: (line) => reported.push(line),
  })
  try {
    for (const seeds of [stranger, known, stranger]) {
      const device = await openAgent({ identity: identityOf(seeds), lookup: lookupIn(agents) })
      await device.connect(own.id)
      await eventually('it is connected', () => own.sessions().some(({ peer }) => peer === device.id))
      await device.close()
      await eventually('it is gone', () => own.sessions().length === 0)
    }
    const told = reported.filter((line) => line.includes('devices.id'))
    assert.deepEqual(told, [
      `${idOfSeeds(stranger)} is connected, and no device has that id: if it is beside a router of yours, write it as devices.id`,
    ])
  } finally {
    await own.close()
    rmSync(home, { recursive: true, force: true })
  }
})
