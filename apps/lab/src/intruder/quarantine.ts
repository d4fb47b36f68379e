/** A member that is cut off in the midst of a stream: when its sessions are closed, and when its stream ends. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventList } from '@vagus/api'
import type { Reading } from '../a2a/reading.ts'
import { sidecarPort } from '../spec.ts'
import type { QuarantineFigures } from './report.ts'
import { type Scene, served } from './scene.ts'

/** Milliseconds in which all must be over, and until those who watch do. */
const within = 15_000
const settle = 2500
const callsAfter = 3

export async function quarantined(
  scene: Scene,
  agent: string,
  readings: readonly Reading[],
): Promise<QuarantineFigures> {
  const { id } = await scene.listed(agent)
  const others = scene.members.filter((name) => name !== agent)
  const watches = others.map((node) =>
    scene.use(node, 'sessions', { url: `http://127.0.0.1:${sidecarPort}`, peer: id, within }),
  )
  await sleep(settle)
  const began = Date.now()
  await scene.asOwner(['agent', 'quarantine', agent, '--reason', 'the scenario intruder', '--json'])
  const command = Date.now() - began
  scene.news(`${agent} is in quarantine`)
  const published = await publishedAt(scene, began)
  const watched = (await Promise.all(watches)).filter(({ before }) => before > 0)
  const last = watched.map(({ goneAt }) => goneAt)
  const lastSession = watched.length === 0 || last.includes(null) ? null : Math.max(...last.map((at) => at! - began))
  await sleep(settle)
  const lastPart = readings.findLast(({ type }) => type === 'part')?.at
  const isCut = lastPart !== undefined && lastPart < Date.now() - settle / 2
  const answers = await scene.call(agent, served.name, callsAfter)
  return {
    agent,
    command,
    published: published === null ? null : published - began,
    lastSession,
    streamCut: isCut ? Math.max(0, lastPart - began) : null,
    callsAfter,
    answeredAfter: answers.filter(({ status }) => status >= 200 && status < 300).length,
  }
}

/** When the controller had the roster that says so, milliseconds since 1970. */
async function publishedAt(scene: Scene, since: number): Promise<number | null> {
  const { items } = (await (await scene.api('/v1/events')).json()) as EventList
  const found = items.findLast(({ event, at }) => event === 'agent.quarantined' && Date.parse(at) >= since)
  return found === undefined ? null : Date.parse(found.at)
}
