/**
 * A stranger in the network of a fleet, and members that want more than they may: the topology `intruder` has a writer that
 * readers may call, a member without that role, and a host that is enrolled nowhere. Everything is tried with packets and
 * programs on the hosts; what the writer's own program was asked for says whether anything got in. A member's stream goes on
 * all the while, until the member is put in quarantine.
 * @module
 */
import { loadavg } from 'node:os'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'
import type { Reading } from '../a2a/reading.ts'
import { sidecarPort } from '../spec.ts'
import { inLab, type ScenarioOptions } from '../scenario.ts'
import { onNode } from '../roam/programs.ts'
import { attemptsOf } from './attempts.ts'
import { apiWithoutKey } from './api.ts'
import { defaultListeners } from './defaults.ts'
import { copiedCard, demandRole, lookalike, notMember, olderRoster, startImpostor, wrongRole } from './fleet.ts'
import { floods, recordCalls, replayed } from './handshakes.ts'
import { scanAll } from './network.ts'
import { quarantined } from './quarantine.ts'
import type { IntruderReport } from './report.ts'
import { Scene, served, topology } from './scene.ts'
import { streamOf } from './stream.ts'

export interface IntruderOptions extends ScenarioOptions {
  /** TCP ports that are scanned, from 1; default all 65,535. */
  readonly ports?: number
}

/** Streams all the time, makes the calls that are recorded, and may not call. */
const actors = { streaming: 'reader', calling: 'clerk', roleless: 'guest' } as const
/** Milliseconds between two parts, and how many there are: more than there will be. */
const interval = 20
const unlimited = 400_000
const slowestStart = 60_000

/** Brings up a lab, `intruder` unless it has another name, tries everything, and takes it down again. Throws `LabError`; the signal's reason. */
export async function intruder(options: IntruderOptions): Promise<IntruderReport> {
  return inLab({ name: 'intruder', topology, programs: ['controller', 'devices', 'agents'] }, options, (lab, where) =>
    played(new Scene(lab, where, options), options),
  )
}

async function played(scene: Scene, { ports }: IntruderOptions): Promise<IntruderReport> {
  const { lab } = scene
  const before = await demandRole(scene)
  const readings = await startStream(scene)
  /** Tasks that members asked for, and got. */
  const own = { asked: 1 }
  const packets = await recordCalls(scene, actors.calling)
  own.asked += 2
  const early = await replayed(scene, packets)
  const unenrolled = await scanAll(scene, ports)
  const flooded = await floods(scene, actors.calling)
  own.asked += flooded.callDuringFlood === null ? 0 : 1
  const late = await replayed(scene, packets)
  scene.news('recorded packets were sent again')

  const impostor = await startImpostor(scene)
  const noMember = await notMember(scene)
  const noRole = await wrongRole(scene, actors.roleless)
  scene.news('calls without membership, and without the role')
  const copies = await copiedCard(scene, impostor.document)
  const older = await olderRoster(scene, before)
  const alike = await lookalike(scene, actors.calling, impostor.document)
  own.asked += alike.byMember
  const api = await apiWithoutKey(scene)
  const executed = (await scene.tasksAt(served.name)) - own.asked
  const defaults = await defaultListeners(scene)
  const quarantine = await quarantined(scene, actors.streaming, readings)

  const figures = {
    unenrolled,
    handshakes: { ...flooded, replayed: { early, late }, executed },
    notMember: noMember,
    wrongRole: noRole,
    copies,
    olderRoster: older,
    lookalike: alike,
    api,
    quarantine,
    defaults,
  }
  const attempts = attemptsOf(figures)
  const { copies: codes, ...rest } = figures
  return {
    provenance: lab.provenance,
    substrate: lab.substrate,
    loadavg: loadavg(),
    attempts,
    gotIn: attempts.reduce((sum, { gotIn }) => sum + gotIn, 0),
    ...rest,
    copiedCard: codes.every((code) => code >= 400) ? 'refused' : 'accepted',
    stream: streamOf(readings),
  }
}

/** A member reads parts of a task from now on. Settles when the first has come. */
async function startStream(scene: Scene): Promise<readonly Reading[]> {
  const program = resolve(import.meta.dirname, '../a2a/reader/main.ts')
  const url = `http://127.0.0.1:${sidecarPort}/agents/${served.name}/`
  const words = [process.execPath, program, url, String(unlimited), String(interval)]
  const reader = await onNode(scene.where, actors.streaming, words)
  const readings: Reading[] = []
  createInterface({ input: reader.stdout }).on('line', (line) => readings.push(JSON.parse(line) as Reading))
  await scene.until(slowestStart, 'the stream does not begin', async () => {
    if (!readings.some(({ type }) => type === 'part')) throw new Error(JSON.stringify(readings.at(-1) ?? null))
  })
  scene.news(`${actors.streaming} reads a stream`)
  return readings
}
