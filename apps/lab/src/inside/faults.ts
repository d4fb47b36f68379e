/**
 * Faults, done and undone.
 * @module
 */
import { statfsSync } from 'node:fs'
import { LabError } from '../errors.ts'
import type { Fault } from '../fault.ts'
import type { FaultReceipt } from '../lab.ts'
import { homeOctets, labPaths, type LabSpec } from '../spec.ts'
import { type NetworkLink, type Node, ownRouters } from '../topology/network.ts'
import { type Holders, onNode } from './nodes.ts'
import type { Processes } from './processes.ts'
import { controllerProgram, exporterPrograms } from './programs.ts'
import { run } from './run.ts'

export interface FaultContext {
  readonly spec: LabSpec
  readonly holders: Holders
  readonly processes: Processes
}

interface Done {
  readonly fault: string
  readonly undo: Fault | null
}

/** Throws `LabError` `usage` when the lab has no such link, router or program. */
export async function injectFault(context: FaultContext, fault: Fault): Promise<FaultReceipt> {
  const { fault: words, undo } = await doFault(context, fault)
  const forSeconds = 'forSeconds' in fault && fault.forSeconds !== undefined ? fault.forSeconds : null
  if (undo !== null && forSeconds !== null) {
    setTimeout(() => {
      injectFault(context, undo).catch((error: Error) => process.stderr.write(`undo of ${words}: ${error.message}\n`))
    }, forSeconds * 1000)
  }
  return { fault: words, undo: undo === null ? null : wordsOf(undo), forSeconds }
}

async function doFault(context: FaultContext, fault: Fault): Promise<Done> {
  const { spec, processes } = context
  switch (fault.kind) {
    case 'link-down':
      await setLink(context, fault.link, 'down')
      return { fault: `link ${fault.link} down`, undo: { kind: 'link-up', link: fault.link } }
    case 'link-up':
      await setLink(context, fault.link, 'up')
      return { fault: `link ${fault.link} up`, undo: null }
    case 'stop-exporter': {
      const exporters = exportersOf(context, fault.node)
      await Promise.all(exporters.map(({ name }) => processes.stop(name, 'SIGTERM')))
      return {
        fault: `${exporters.length} exporters of ${fault.node} stopped`,
        undo: { ...fault, kind: 'start-exporter' },
      }
    }
    case 'start-exporter': {
      const exporters = exportersOf(context, fault.node)
      exporters.forEach(processes.start)
      return { fault: `${exporters.length} exporters of ${fault.node} started`, undo: null }
    }
    case 'kill':
      needProgram(spec, 'controller')
      await processes.stop('controller', 'SIGKILL')
      return { fault: 'controller killed', undo: { kind: 'restart', program: 'controller' } }
    case 'restart':
      needProgram(spec, 'controller')
      await processes.stop('controller', 'SIGTERM')
      processes.start(controllerProgram(spec))
      return { fault: 'controller restarted', undo: null }
    case 'fill-disk':
      await resizeHome(spec, 'as used')
      return { fault: "the controller's disk is full", undo: { kind: 'free-disk' } }
    case 'free-disk':
      await resizeHome(spec, homeOctets)
      return { fault: "the controller's disk has room again", undo: null }
  }
}

/** Unplugging means no carrier at either end, whoever looks. */
async function setLink({ spec, holders }: FaultContext, wanted: string, state: 'up' | 'down'): Promise<void> {
  const link = linkOf(spec, wanted)
  for (const { node, interface: at } of [link.a, link.z]) {
    await run(onNode(holders.get(node)!, ['ip', 'link', 'set', at.name, state]))
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

function needProgram({ programs, name }: LabSpec, program: 'controller' | 'exporters'): void {
  if (!programs.includes(program)) throw new LabError('usage', `lab ${name} runs without ${program}`)
}

/** A file system that is no larger than what is in it is full, without that anybody has to write a gigabyte. */
async function resizeHome({ folder }: LabSpec, size: number | 'as used'): Promise<void> {
  const { home } = labPaths(folder)
  const { blocks, bfree, bsize } = statfsSync(home)
  const octets = size === 'as used' ? (blocks - bfree) * bsize : size
  await run(['mount', '-o', `remount,size=${octets}`, home])
}

function wordsOf(fault: Fault): readonly string[] {
  if ('link' in fault) return [fault.kind, fault.link]
  if ('node' in fault) return [fault.kind, fault.node]
  return 'program' in fault ? [fault.kind, fault.program] : [fault.kind]
}
