/** What an admitted device writes comes before people: in answers to approvals, events and the log. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAgent } from '@vagus/agent'
import { decodeMessage, encodeMessage } from '@vagus/grasp'
import { eventually } from '../../../../../scripts/eventually.ts'
import { identityOf, newSeeds } from '../../../../../packages/agent/test/identities.ts'
import { openOwnAgent } from '../../../src/own-agent/own-agent.ts'
import { lookupIn, memoryAgents } from '../../support/memory-agents.ts'
import { idOfSeeds } from '../../support/med-responder.ts'

const hostile = `\u001b[2J\nall is well\u202e${'x'.repeat(1500)}`

test('a device that negotiates about something of another name writes neither controls nor pages of text', async () => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-hostile-'))
  const agents = memoryAgents()
  const lookup = lookupIn(agents)
  const seeds = newSeeds('pe-1')
  const own = await openOwnAgent({
    home,
    name: 'controller',
    listen: ['udp://127.0.0.1:0'],
    admitted: () => new Set([idOfSeeds(seeds)]),
    hasLeases: () => false,
    agents,
    epoch: 1,
    report: () => undefined,
  })
  const device = await openAgent({ identity: identityOf(seeds), lookup })
  try {
    const connection = await device.connect(own.id)
    connection.openStream({ protocol: 'grasp/presence' })
    void (async () => {
      for await (const { stream } of connection.streams('grasp'))
        stream.once('data', (octets: Uint8Array) => {
          const asked = decodeMessage(octets)
          if (asked.type !== 'request-negotiation') return
          const { sessionId, objective } = asked
          stream.write(encodeMessage({ type: 'negotiate', sessionId, objective: { ...objective, name: hostile } }))
        })
    })()
    await eventually('the device is a neighbour', () => own.asker.connectedSince(device.id) !== undefined)
    const place = {
      device: 'pe-1',
      agent: device.id,
      prefix: '10.1.0.0/16',
      interface: 'eth0',
      link: 'tr-1',
      peerAs: 0,
      load: { now: 900, predicted: 500 },
      confidence: 500,
      leaseMs: 60_000,
      plan: '00'.repeat(16),
    }
    await assert.rejects(own.asker.look(place), ({ message }: Error) => {
      assert.match(message, /^pe-1 does not say what it tells its neighbours/)
      assert.ok(!/\p{C}/u.test(message), JSON.stringify(message))
      assert.ok(message.length < 500, `${message.length} characters`)
      return true
    })
  } finally {
    await device.close()
    await own.close()
    rmSync(home, { recursive: true, force: true })
  }
})
