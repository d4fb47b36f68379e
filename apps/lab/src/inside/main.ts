/**
 * The process that builds, watches and ends a lab, inside its namespaces: `node main.ts SPEC`. Its end is the end of
 * everything in there.
 * @module
 */
import { readFileSync } from 'node:fs'
import { serveControl } from '../control/server.ts'
import type { Answer, Request } from '../control/messages.ts'
import type { LabState, LabStep } from '../lab.ts'
import { bareState, labPaths, type LabSpec } from '../spec.ts'
import { Agents } from './agents.ts'
import { bringUp } from './bring-up.ts'
import { injectFault } from './faults.ts'
import type { Holders } from './nodes.ts'
import { createProcesses } from './processes.ts'
import { Diary } from '../record/diary.ts'
import { takeDown } from './take-down.ts'
import { surge, trafficStats } from './traffic-control.ts'
import { createUndoTimers } from './undo-timers.ts'

const spec = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as LabSpec // written by `labUp`
const paths = labPaths(spec.folder)
const processes = createProcesses(paths.logs, (name, how) => process.stderr.write(`${name} ended: ${how}\n`))
const undoTimers = createUndoTimers()
const heard: Answer[] = []
let state: LabState = bareState(spec, 'starting')
let holders: Holders = new Map()
const diary = new Diary(spec.record?.folder)
const agents = new Agents(spec, processes, () => holders)

const control = await serveControl({
  path: paths.control,
  answer,
  history: () => heard,
  lifeline: spec.mode === 'attached' ? 'expected' : 'none',
  onLifelineLost: () => void end(),
})

function tell(message: Answer): void {
  heard.push(message)
  diary.tell(message)
  control.tell(message)
}

async function answer(request: Exclude<Request, { type: 'follow' }>): Promise<Answer> {
  const given = await answerTo(request)
  diary.asked(request, given)
  return given
}

async function answerTo(request: Exclude<Request, { type: 'follow' }>): Promise<Answer> {
  if (request.type === 'state') {
    return { type: 'state', state: { ...state, agents: await agents.states() }, holders: Object.fromEntries(holders) }
  }
  if (request.type === 'move') return { type: 'moved', receipt: await agents.move(request.move) }
  if (request.type === 'traffic') return { type: 'traffic', generators: await trafficStats(spec) }
  if (request.type === 'fault') {
    return { type: 'fault', receipt: await injectFault({ spec, holders, processes, undoTimers }, request.fault) }
  }
  if (request.type === 'surge') await surge(spec, request.surge)
  else {
    tell({ type: 'ending' })
    setImmediate(() => void end()) // the answer goes out first
  }
  return { type: 'done' }
}

async function end(): Promise<void> {
  await takeDown(spec, processes)
  diary.close(paths.logs)
  process.exit(0)
}

function onStep(step: LabStep): void {
  const now = Date.now() - spec.calledAt
  state = {
    ...state,
    steps: [...state.steps, step],
    ...(step.step === 'routers' && { startedMs: now }),
    ...(step.step === 'converged' && { convergedMs: now - state.startedMs! }),
  }
  tell({ type: 'step', step })
}

try {
  await bringUp(spec, processes, agents, (made) => (holders = made), onStep)
  const readyMs = Date.now() - spec.calledAt
  const states = await agents.states()
  state = { ...state, state: 'running', agents: states, readyMs }
  tell({ type: 'up', state })
} catch (error) {
  tell({ type: 'failed', message: (error as Error).message })
  process.stderr.write(`${(error as Error).stack}\n`)
}
