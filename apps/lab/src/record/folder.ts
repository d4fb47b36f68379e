/**
 * The folder of a recording, from outside: made before the lab, with all that is known then. It stands for itself: whoever
 * gets it needs neither this machine nor this checkout to read it.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LabError } from '../errors.ts'
import { daemonFolder } from '../frr/daemon-folder.ts'
import { toolPath } from '../outside/substrate.ts'
import { defaultLimit, leastOfNamespace, type RecordOptions, recordPaths } from './layout.ts'

const dissector = resolve(import.meta.dirname, '../../../../docs/wireshark/vagus.lua')

/** Programs whose versions decide what is in a capture. */
const programs = { frr: [join(daemonFolder, 'bgpd'), '--version'], iproute2: ['ip', '-V'] } as const

/** With a path from the root. @throws {LabError} `usage` when anything is in it, or the limit is too small for so many captures */
export function checkedRecording(
  { folder, limit = defaultLimit }: RecordOptions,
  namespaces: number,
): Required<RecordOptions> {
  const least = namespaces * leastOfNamespace
  if (!(limit >= least)) {
    const wanted = `give --record-limit ${Math.ceil(least / 1e6)}M or more`
    throw new LabError('usage', `${limit} octets are too few for ${namespaces} captures; ${wanted}`)
  }
  checkEmpty(folder)
  return { folder: resolve(folder), limit }
}

/** @throws {LabError} `usage` when anything is in it; it need not be there */
export function checkEmpty(folder: string): void {
  if (contentsOf(folder).length > 0)
    throw new LabError('usage', `the folder ${folder} is not empty; name a new one: --record ${folder}-2`)
}

/** Makes a folder that has nothing in it. @throws {LabError} */
export function makeEmpty(folder: string): void {
  checkEmpty(folder)
  try {
    mkdirSync(folder, { recursive: true })
  } catch (cause) {
    throw cannotMake(cause)
  }
}

const cannotMake = (cause: unknown): LabError =>
  new LabError('failed', `${(cause as Error).message}; name another folder with --record`, { cause })

/** Makes it, and what is in it at the start. @param about whatever says what is recorded @throws {LabError} */
export function makeRecording({ folder, limit }: Required<RecordOptions>, about: object): void {
  const paths = recordPaths(folder)
  try {
    mkdirSync(folder, { recursive: true })
    const versions = Object.fromEntries(Object.entries(programs).map(([name, words]) => [name, versionOf(words)]))
    const resource = { apiVersion: 'vagus/v1', kind: 'LabRecording', ...about, versions, limit }
    writeFileSync(paths.lab, `${JSON.stringify(resource, null, 1)}\n`)
    writeFileSync(paths.readme, readme)
    copyFileSync(dissector, paths.dissector)
  } catch (cause) {
    throw cannotMake(cause)
  }
}

/** Of one run of several, below the folder of all; numbered from 1. */
export const runFolder = (run: number): string => `run-${String(run).padStart(3, '0')}`

/** One line more in the results. */
export function addResult(folder: string, result: object): void {
  appendFileSync(recordPaths(folder).results, `${JSON.stringify({ at: new Date().toISOString(), ...result })}\n`)
}

/**
 * Plays a scenario that makes namespaces of its own, and no lab. Makes the folder and adds the result.
 * @param namespaces that will be captured @throws {LabError}
 */
export async function inRecording<Report>(
  record: RecordOptions | undefined,
  { scenario, namespaces, about }: { readonly scenario: string; readonly namespaces: number; readonly about: object },
  play: (record?: Required<RecordOptions>) => Promise<Report>,
): Promise<Report> {
  if (record === undefined) return play()
  const checked = checkedRecording(record, namespaces)
  makeRecording(checked, { name: scenario, ...about })
  try {
    const report = await play(checked)
    addResult(checked.folder, { scenario, report })
    return report
  } catch (error) {
    addResult(checked.folder, { scenario, problem: (error as Error).message })
    throw error
  }
}

function contentsOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    throw new LabError('usage', `${message}; name another folder with --record`)
  }
}

/** Its first line; null when it does not say. */
function versionOf([file, ...words]: readonly string[]): string | null {
  const { stdout } = spawnSync(file!, words, { encoding: 'utf8', env: { ...process.env, PATH: toolPath } })
  return stdout?.split('\n')[0]?.trim() || null
}

const readme = `A lab of Vagus, recorded.

lab.json        what it was: topology with addresses, options, seed, commit, kernel, versions
lab.jsonl       what the lab did and what was done to it, with times
events.jsonl    what its controller told
results.jsonl   what runs of a scenario measured
captures/       pcapng, a series for each node; the first file of each is kept, others give way to newer ones
                NODE.traffic: the lab's own traffic generators, cut after 192 octets; NODE: all else, whole
captures.json   frames of each series: captured, lost before they were read, removed with old files
logs/           what its programs printed, if the lab ended in order
vagus.lua       for Wireshark: the telemetry in BGP, and GRASP

Scenarios without a lab and a controller (nat, wired) have neither lab.jsonl nor events.jsonl nor logs.

wireshark -X lua_script:vagus.lua captures/NODE-0001.pcapng
mergecap -w all.pcapng captures/*.pcapng

Times in captures are the kernel's, of one clock for all nodes, in nanoseconds. A frame is in the captures of both ends of
its link.
`
