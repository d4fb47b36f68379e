/**
 * The process that records a lab, inside its namespaces: `node main.ts OPTIONS`, which are `RecorderOptions` as JSON. It
 * captures every namespace and follows the controller's events until SIGTERM. If it is killed, all but the last moments is
 * in the files, which can be read.
 * @module
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { endProgram } from '../end-program.ts'
import { followEvents } from './controller-events.ts'
import { recordPaths, type RecorderOptions } from './layout.ts'
import { NamespaceCapture } from './namespace-capture.ts'

/** Milliseconds between two looks: as long as the kernel keeps a block that is not full. */
const every = 20
/** Milliseconds between two writes of frames that wait, and of the counts. */
const flushEvery = 1000

const { folder, limit, namespaces, madeUpPorts, controller } = JSON.parse(process.argv[2]!) as RecorderOptions
const paths = recordPaths(folder)
mkdirSync(paths.captures, { recursive: true })

const ending = new AbortController()
process.once('SIGTERM', () => ending.abort())

const captures: NamespaceCapture[] = []
for (const namespace of namespaces) {
  captures.push(
    await NamespaceCapture.open(namespace, {
      folder: paths.captures,
      limit: Math.floor(limit / namespaces.length),
      madeUpPorts: new Set(madeUpPorts),
      origin: { system: `Linux ${release()}`, application: 'vagus lab' },
    }),
  )
}
writeCounts()
if (controller !== null) void followEvents(controller, paths.events, ending.signal)

for (let flushed = performance.now(); !ending.signal.aborted;) {
  for (const one of captures) one.read()
  if (performance.now() - flushed > flushEvery) {
    for (const one of captures) one.flush()
    writeCounts()
    flushed = performance.now()
  }
  await sleep(every)
}
await sleep(2 * every) // what came until now is handed over
for (const one of captures) {
  one.read()
  one.close()
}
writeCounts()
endProgram()

/** The new file takes the place of the old one at once; where it has no room the old one stays. */
function writeCounts(): void {
  const counts = captures.map((one) => one.counts)
  const made = `${paths.counts}.new`
  try {
    writeFileSync(made, `${JSON.stringify(counts, null, 1)}\n`)
    renameSync(made, paths.counts)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    rmSync(made, { force: true })
  }
}
