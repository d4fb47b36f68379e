/** The collector thread as the main thread sees it: queries with answers, and a report every second. @module */
import { Worker } from 'node:worker_threads'
import { UnavailableError } from '@vagus/linux'
import type { UdpEndpoint } from '../config/endpoint.ts'
import type { LiveAnswers, LiveQuery } from './live-query.ts'
import type { CollectorDomain, CollectorReport, CollectorStart, FromCollector, ToCollector } from './messages.ts'

export interface CollectorListener {
  onReport(report: CollectorReport): void
  /** The collector's state as JSON. */
  onSnapshot(json: string): void
  /** The thread ended unexpectedly: nothing is collected any longer. */
  onFailure(problem: string): void
}

export interface CollectorThread {
  readonly endpoints: readonly UdpEndpoint[]
  readonly fallback: string | undefined
  readonly snapshotProblem: string | undefined
  /** @throws {UnavailableError} when the thread does not answer in time, or too many questions wait */
  ask<Kind extends LiveQuery['kind']>(query: Extract<LiveQuery, { readonly kind: Kind }>): Promise<LiveAnswers[Kind]>
  setDomain(domain: CollectorDomain): void
  /** Resolves when everything received is in the log, and the last snapshot was handed over. */
  stop(): Promise<void>
}

/** Open queries; each takes a few milliseconds of the thread that must not lose datagrams. */
const maxQuestions = 64
/** Milliseconds. */
const answerDeadline = 10_000

interface Question {
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

/** Resolves when datagrams are being received. @throws {UnavailableError} when they cannot be */
export async function startCollectorThread(
  start: CollectorStart,
  listener: CollectorListener,
): Promise<CollectorThread> {
  const worker = new Worker(new URL('../collector-worker.ts', import.meta.url), { name: 'collector' })
  const tell = (message: ToCollector): void => worker.postMessage(message)
  const questions = new Map<number, Question>()
  const started = Promise.withResolvers<Extract<FromCollector, { type: 'started' }>>()
  const stopped = Promise.withResolvers<void>()
  let asked = 0
  let state: 'running' | 'stopping' = 'running'

  const fail = (problem: string): void => {
    const error = new UnavailableError('refused', `the collector failed: ${problem}`)
    started.reject(error)
    stopped.resolve()
    for (const question of questions.values()) question.reject(error)
    if (state === 'running') listener.onFailure(problem)
    state = 'stopping'
  }
  const settle = (id: number, give: (question: Question) => void): void => {
    const question = questions.get(id)
    if (question === undefined) return
    questions.delete(id)
    clearTimeout(question.timer)
    give(question)
  }
  worker.on('message', (message: FromCollector) => {
    switch (message.type) {
      case 'started':
        return started.resolve(message)
      case 'report':
        return listener.onReport(message.report)
      case 'snapshot':
        return listener.onSnapshot(message.json)
      case 'answer':
        return settle(message.id, ({ resolve }) => resolve(message.answer as never)) // sound: of the kind asked for
      case 'refused':
        return settle(message.id, ({ reject }) => reject(new UnavailableError('refused', message.problem)))
      case 'failed':
        return fail(message.problem)
      case 'stopped':
        return stopped.resolve()
      default:
        return message satisfies never
    }
  })
  worker.on('error', (error: Error) => fail(error.message))
  worker.on('exit', () => (state === 'running' ? fail('its thread ended') : stopped.resolve()))
  worker.postMessage({ type: 'start', start } satisfies ToCollector, [start.acknowledged])
  const { endpoints, fallback, snapshotProblem } = await started.promise.catch(async (error: unknown) => {
    await worker.terminate()
    throw error
  })

  return {
    endpoints,
    fallback,
    snapshotProblem,
    ask: (query) =>
      new Promise((resolve, reject) => {
        if (state !== 'running') return reject(new UnavailableError('refused', 'the collector is not running'))
        if (questions.size >= maxQuestions) {
          return reject(new UnavailableError('refused', `${maxQuestions} queries are already waiting; try again later`))
        }
        const id = ++asked
        const late = new UnavailableError('refused', `the collector did not answer within ${answerDeadline / 1000} s`)
        const timer = setTimeout(() => settle(id, (question) => question.reject(late)), answerDeadline)
        questions.set(id, { resolve, reject, timer })
        return tell({ type: 'ask', id, query })
      }),
    setDomain: (domain) => tell({ type: 'domain', domain }),
    async stop() {
      if (state === 'running') tell({ type: 'stop' })
      state = 'stopping'
      await stopped.promise
      await worker.terminate()
      const error = new UnavailableError('refused', 'the controller is stopping')
      for (const id of questions.keys()) settle(id, ({ reject }) => reject(error))
    },
  }
}
