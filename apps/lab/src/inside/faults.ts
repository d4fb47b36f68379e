/**
 * Injects and undoes faults.
 * @module
 */
import { statfsSync } from 'node:fs'
import { LabError } from '../errors.ts'
import { checkedSeconds, type Fault } from '../fault.ts'
import type { FaultReceipt, LabProgram } from '../lab.ts'
import { homeOctets, labPaths, type LabSpec } from '../spec.ts'
import { type NetworkLink, type Node, ownRouters } from '../topology/network.ts'
import { fleetOf } from './fleet.ts'
import { agentIds } from './identities.ts'
import { type Holders, onNode } from './nodes.ts'
import type { Processes, Program } from './processes.ts'
import { controllerProgram, devicePrograms, exporterPrograms, sidecarProgram } from './programs.ts'
import { run } from './run.ts'
import type { UndoTimers } from './undo-timers.ts'

const FILL_ATTEMPTS = 20

export interface FaultContext {
  readonly spec: LabSpec
  readonly holders: Holders
  readonly processes: Processes
  readonly undoTimers: UndoTimers
}

interface Done {
  readonly fault: string
  readonly undo: Fault | null
}

/** Throws `LabError` `usage` when the lab has no such link, router or program. */
export async function injectFault(context: FaultContext, fault: Fault): Promise<FaultReceipt> {
  const act = actions[fault.kind] as (context: FaultContext, fault: Fault) => Promise<Done> // the table pairs them
  const forSeconds = 'forSeconds' in fault && fault.forSeconds !== undefined ? checkedSeconds(fault.forSeconds) : null
  const object = objectOf(context, fault)
  context.undoTimers.clear(object) // before it acts: an undo meanwhile would undo this
  const { fault: words, undo } = await act(context, fault)
  if (undo !== null && forSeconds !== null) {
    context.undoTimers.set(object, forSeconds, () => {
      injectFault(context, undo).catch((error: Error) => process.stderr.write(`undo of ${words}: ${error.message}\n`))
    })
  }
  return { fault: words, undo: undo === null ? null : wordsOf(undo), forSeconds }
}

type Actions = {
  readonly [Kind in Fault['kind']]: (context: FaultContext, fault: Extract<Fault, { kind: Kind }>) => Promise<Done>
}

const actions: Actions = {
  'link-down': async (context, { link }) => {
    await setLink(context, link, 'down')
    return { fault: `link ${link} down`, undo: { kind: 'link-up', link } }
  },
  'link-up': async (context, { link }) => {
    await setLink(context, link, 'up')
    return { fault: `link ${link} up`, undo: null }
  },
  'stop-exporter': async (context, { node }) => {
    const exporters = exportersOf(context, node)
    await Promise.all(exporters.map(({ name }) => context.processes.stop(name, 'SIGTERM')))
    return { fault: `${exporters.length} exporters of ${node} stopped`, undo: { kind: 'start-exporter', node } }
  },
  'start-exporter': async (context, { node }) => {
    const exporters = exportersOf(context, node)
    exporters.forEach(context.processes.start)
    return { fault: `${exporters.length} exporters of ${node} started`, undo: null }
  },
  kill: async (context, { program }) => {
    await context.processes.stop((await programOf(context, program)).name, 'SIGKILL')
    return { fault: `${program} killed`, undo: { kind: 'restart', program } }
  },
  restart: async (context, { program: name }) => {
    const program = await programOf(context, name)
    await context.processes.stop(program.name, 'SIGTERM')
    context.processes.start(program)
    return { fault: `${name} restarted`, undo: null }
  },
  'fill-disk': async ({ spec }) => {
    await resizeHome(spec, 'as used')
    return { fault: "the controller's disk is full", undo: { kind: 'free-disk' } }
  },
  'free-disk': async ({ spec }) => {
    await resizeHome(spec, homeOctets)
    return { fault: "the controller's disk has room again", undo: null }
  },
}

/** Unplugging takes the carrier from both ends. */
async function setLink({ spec, holders }: FaultContext, wanted: string, state: 'up' | 'down'): Promise<void> {
  const link = linkOf(spec, wanted)
  for (const { node, interface: at } of [link.a, link.z]) {
    await run(onNode(holders.get(node)!, ['ip', 'link', 'set', 'dev', at.name, state]))
  }
}

/** By its name, or by both nodes in either order. */
function linkOf({ network: { links } }: LabSpec, wanted: string): NetworkLink {
  const link = links.find(({ name, a, z }) => name === wanted || `${z.node}-${a.node}` === wanted)
  if (link !== undefined) return link
  throw new LabError('usage', `no link "${wanted}"; there are ${links.map(({ name }) => name).join(', ')}`)
}

function exportersOf({ spec, holders }: FaultContext, name: string): ReturnType<typeof exporterPrograms> {
  needProgram(spec, 'exporters')
  const routers: readonly Node[] = ownRouters(spec.network)
  const node = routers.find((node) => node.name === name)
  if (node !== undefined) return exporterPrograms(node, holders, spec.folder)
  throw new LabError('usage', `no exporter "${name}"; there are ${routers.map((node) => node.name).join(', ')}`)
}

/** The controller, the agent beside a router, or an agent's side-car. */
async function programOf({ spec, holders }: FaultContext, name: string): Promise<Program> {
  const { agents } = spec.network
  const [ids, fleet] = await Promise.all([agentIds(spec), fleetOf(spec)])
  const devices = devicePrograms(spec, holders, { ids, owner: fleet?.owner })
  const device = devices.find((program) => program.name === name)
  if (device !== undefined) {
    needProgram(spec, 'devices')
    return device
  }
  const agent = agents.find((agent) => agent.name === name && agent.fleet === 'member')
  if (agent !== undefined) {
    needProgram(spec, 'agents')
    return sidecarProgram(agent, holders, spec)
  }
  if (name !== 'controller') {
    const names = devices.map((program) => program.name)
    const known = ['controller', ...names, ...agents.map((agent) => agent.name)].join(', ')
    throw new LabError('usage', `no program "${name}" that can be killed; those that can: ${known}`)
  }
  needProgram(spec, 'controller')
  return controllerProgram(spec)
}

function needProgram({ programs, name }: LabSpec, program: LabProgram): void {
  if (!programs.includes(program)) throw new LabError('usage', `lab ${name} runs without ${program}`)
}

/** A file system shrunk to its contents is full: nobody has to write a gigabyte. */
async function resizeHome({ folder }: LabSpec, size: number | 'as used'): Promise<void> {
  const { home } = labPaths(folder)
  for (let attempt = 1; ; attempt++) {
    const { blocks, bfree, bsize } = statfsSync(home)
    const octets = size === 'as used' ? (blocks - bfree) * bsize : size
    try {
      await run(['mount', '-o', `remount,size=${octets}`, home])
      return
    } catch (error) {
      // The kernel refuses a size below what is used, and the programs write on while we look.
      if (size !== 'as used' || attempt === FILL_ATTEMPTS) throw error
    }
  }
}

/** The object of a fault, by its canonical name. */
function objectOf({ spec }: FaultContext, fault: Fault): string {
  if ('link' in fault) return `link ${linkOf(spec, fault.link).name}`
  if ('node' in fault) return `exporter ${fault.node}`
  return 'program' in fault ? fault.program : 'disk'
}

function wordsOf(fault: Fault): readonly string[] {
  if ('link' in fault) return [fault.kind, fault.link]
  if ('node' in fault) return [fault.kind, fault.node]
  return 'program' in fault ? [fault.kind, fault.program] : [fault.kind]
}
