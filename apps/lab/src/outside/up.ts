/**
 * Brings a lab up from outside: checks everything that can be known before, starts the namespaces, and follows the
 * process inside until everything runs.
 * @module
 */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectControl, follow } from '../control/client.ts'
import { LabError } from '../errors.ts'
import { type Forwarder, parseListen } from '../forwarder/forward.ts'
import { type LabOptions, labPrograms, type LabState, type LabUp, type TrafficOptions } from '../lab.ts'
import { provenanceNow } from '../provenance.ts'
import { checkedRecording, makeRecording } from '../record/folder.ts'
import { recordedNamespaces } from '../record/recorder.ts'
import { labPaths, type LabSpec } from '../spec.ts'
import { type Network, networkOf } from '../topology/network.ts'
import { readTopology } from '../topology/read.ts'
import type { Plan } from '../traffic/plan.ts'
import { defaultSeed, needsPlan, trafficPlan } from '../traffic-plan.ts'
import { claimFolder } from './claim.ts'
import { endLab, endProcesses, removeFolder } from './down.ts'
import { folderOf } from './folder.ts'
import { startForwarder } from './forwarder.ts'
import { holderOf, releaseClaim } from './holding-process.ts'
import { linkHome } from './home-link.ts'
import { startNamespaces } from './namespaces.ts'
import { checkPrograms, findSubstrate, type Substrate } from './substrate.ts'

const defaultListen = '127.0.0.1:7600'

/**
 * Settles when everything asked for runs. Throws `LabError`; with `failed` the logs stay in the lab's folder until the
 * next `labUp` or `labDown` of that name.
 */
export async function labUp(options: LabOptions): Promise<LabUp> {
  const substrate = findSubstrate()
  const spec = specOf(options, substrate)
  const { folder, programs } = spec
  claimFolder(spec)
  let forwarder: Forwarder | undefined
  try {
    if (spec.record !== undefined) makeRecording(spec.record, aboutOf(spec))
    if (programs.includes('controller')) forwarder = await startForwarder(spec)
  } catch (error) {
    removeFolder(folder)
    throw error
  }
  startNamespaces(spec, substrate)
  releaseClaim(folder)
  const down = async (): Promise<void> => {
    await endLab(folder)
    forwarder?.close()
  }
  try {
    const { state, ended } = await whenUp(spec, options)
    // Also when another terminal takes it down: connections into it would keep this process and its port forever.
    void ended.then(() => forwarder?.close())
    return { ...state, down, ended }
  } catch (error) {
    if (options.signal?.aborted === true) await down()
    else await endProcesses(folder) // its logs stay
    forwarder?.close()
    throw error
  }
}

function specOf(options: LabOptions, substrate: Substrate): LabSpec {
  const {
    topology = 'metro',
    programs = labPrograms,
    listen = defaultListen,
    traffic = {},
    steering = {},
    intentsOf,
    record,
    mode,
  } = options
  const network = networkOf(readTopology(topology))
  const name = options.name ?? network.name
  const folder = folderOf(name, options)
  parseListen(listen)
  checkPrograms(programs)
  const calledAt = Date.now()
  const plan = needsPlan(programs) ? planOf(topology, network, traffic) : undefined
  const matrix = programs.includes('traffic') ? plan!.matrix : null
  const provenance = { ...provenanceNow(), seed: traffic.seed ?? defaultSeed, matrix }
  return {
    name,
    topology,
    folder,
    mode,
    substrate: substrate.name,
    network,
    programs,
    traffic,
    steering,
    ...(intentsOf === undefined ? {} : { intentsOf }),
    ...(record === undefined ? {} : { record: checkedRecording(record, recordedNamespaces(network).length) }),
    listen,
    calledAt,
    provenance,
  }
}

/** What a recording says of its lab. */
function aboutOf({ name, topology, network, programs, traffic, steering, substrate, provenance }: LabSpec): object {
  return { name, topology, substrate, programs, traffic, steering, provenance, network }
}

/** Throws `LabError` when these sites, or these options, allow no traffic. */
function planOf(topology: string, network: Network, traffic: TrafficOptions): Plan {
  if (network.sites.length < 2) {
    const remedy = 'traffic is between two: add a site or a neighbour'
    throw new LabError('topology', `topology ${topology} has ${network.sites.length} sites; ${remedy}`)
  }
  try {
    return trafficPlan(network, traffic)
  } catch (error) {
    if (error instanceof RangeError) throw new LabError('usage', error.message, { cause: error })
    throw error
  }
}

/** Milliseconds until the process inside must answer. */
const patience = 10_000

async function whenUp(
  spec: LabSpec,
  { onStep, signal }: Pick<LabOptions, 'onStep' | 'signal'>,
): Promise<{ readonly state: LabState; readonly ended: LabUp['ended'] }> {
  const socket = await socketOf(spec)
  linkHome(spec.folder)
  const ended = Promise.withResolvers<Awaited<LabUp['ended']>>()
  let how: Awaited<LabUp['ended']> = 'lost'
  const state = await new Promise<LabState>((resolve, reject) => {
    const abort = (): void => reject(signal!.reason as Error)
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted === true) abort()
    follow(
      socket,
      spec.mode === 'attached' ? 'lifeline' : 'onlooker',
      (answer) => {
        if (answer.type === 'step') onStep?.(answer.step)
        else if (answer.type === 'up') resolve(answer.state)
        else if (answer.type === 'ending') how = 'taken-down'
        else if (answer.type === 'failed') reject(failure(spec, answer.message))
      },
      () => {
        reject(failure(spec, `the lab ${how === 'lost' ? 'ended' : 'was taken down'} while it came up`))
        ended.resolve(how)
      },
    )
  })
  if (spec.mode === 'detached') socket.unref()
  return { state, ended: ended.promise }
}

async function socketOf(spec: LabSpec): Promise<Socket> {
  const deadline = performance.now() + patience
  for (;;) {
    const socket = await connectControl(labPaths(spec.folder).control)
    if (socket !== undefined) return socket
    if (holderOf(spec.folder) === undefined) throw failure(spec, lastLine(join(spec.folder, 'logs/lab.log')))
    if (performance.now() > deadline) throw failure(spec, `nothing answers inside after ${patience / 1000} s`)
    await sleep(10)
  }
}

function failure({ folder }: LabSpec, problem: string): LabError {
  return new LabError('failed', `${problem}; see ${join(folder, 'logs')}`)
}

function lastLine(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').at(-1) || 'the lab ended at once'
}
