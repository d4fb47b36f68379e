import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SpeakerEvent, startSpeakerHere } from '@vagus/speaker'
import { Agent } from '../src/index.ts'
import { idleRouter } from './support/idle-router.ts'
import { freePort } from '../../../scripts/free-port.ts'

test('a controller keeps what an agent told while that is stopped and started again (RFC 8538 §3), and waits for its links', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-agent-restart-'))
  const [address, port] = ['127.9.5.1', await freePort()]
  const events: { readonly event: SpeakerEvent; readonly at: number }[] = []
  const controller = await startSpeakerHere(
    {
      as: 64512,
      identifier: '10.0.0.100',
      listen: [{ address: '127.0.0.1', port }],
      peers: [
        {
          name: 'pe-1',
          address,
          as: 64512,
          mode: 'passive',
          holdTime: 9,
          families: ['link-state'],
          gracefulRestart: { restartTime: 60 },
        },
      ],
    },
    (event) => events.push({ event, at: performance.now() }),
  )
  let stop = new AbortController()
  let running: Promise<void> | undefined
  const start = (): void => {
    stop = new AbortController()
    const options = {
      name: 'pe-1',
      router: idleRouter,
      localAddress: address,
      routerAddress: '127.9.5.9',
      controller: { address: '127.0.0.1', port },
      source: address,
      control: join(folder, 'agent.sock'),
      report: () => undefined,
    }
    running = Agent.run(options, stop.signal)
  }
  const end = async (): Promise<void> => {
    stop.abort()
    await running
  }
  t.after(async () => {
    await end()
    await controller.close()
    rmSync(folder, { recursive: true })
  })
  /** When the first event came that is wanted; only those behind the first `from` count. */
  const when = async (from: number, wanted: (event: SpeakerEvent) => boolean): Promise<number> => {
    for (const deadline = performance.now() + 30_000; performance.now() < deadline; await sleep(20)) {
      const found = events.slice(from).find(({ event }) => wanted(event))
      if (found !== undefined) return found.at
    }
    return assert.fail(`not within 30 s: ${JSON.stringify(events.map(({ event }) => event))}`)
  }
  const isUp = (event: SpeakerEvent): boolean => event.type === 'peer' && event.state === 'established'
  const isTold = (event: SpeakerEvent): boolean =>
    event.type === 'nlri' && event.changes.some(({ block }) => block !== undefined)
  const isWithdrawn = (event: SpeakerEvent): boolean =>
    event.type === 'nlri' && event.changes.some(({ block }) => block === undefined)

  start()
  await when(0, isTold)
  const before = events.length
  await end()
  await when(before, (event) => event.type === 'peer' && event.state !== 'established')
  await sleep(300)
  const away = events.length
  start()
  const up = await when(away, isUp)
  const told = await when(away, (event) => event.type === 'end-of-rib')
  assert.ok(told - up > 2000, `it said after ${Math.round(told - up)} ms that this is all`)
  assert.deepEqual(
    events.filter(({ event }) => isWithdrawn(event)).map(({ event }) => event),
    [],
  )
})
