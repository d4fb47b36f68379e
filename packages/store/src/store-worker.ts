/** The thread of the flow store: messages in, answers and events out. @module */
import { parentPort, workerData } from 'node:worker_threads'
import type { DuckDBConnection } from '@duckdb/node-api'
import { StoreError } from './errors.ts'
import { settingsOf } from './flow-store-options.ts'
import type { Answering } from './query/answering.ts'
import { answerAttribution } from './query/attribution.ts'
import { answerExport } from './query/export.ts'
import { answerInterfaceSeries } from './query/interface-series.ts'
import { answerMatrix } from './query/matrix.ts'
import { answerSeries } from './query/series.ts'
import { answerTop } from './query/top.ts'
import { writeParquet } from './sealed/write-parquet.ts'
import type { FromWorker, QuestionName, Questions, ToWorker, WorkerData } from './worker/messages.ts'
import { StoreEngine } from './worker/store-engine.ts'
import { yieldToOthers } from './worker/yielding.ts'

const port = parentPort!
const send = (message: FromWorker): void => port.postMessage(message)

function fail(error: unknown): never {
  send({ type: 'failure', problem: error instanceof Error ? error.message : String(error) })
  process.exit(1) // of this thread only
}

const engine = await StoreEngine.open(settingsOf(workerData as WorkerData), {
  onEvent: (event) => send({ type: 'event', event }),
  onLoaded: (block) => send({ type: 'loaded', block }),
  onFailure: fail,
}).catch(fail)
yieldToOthers()
send({ type: 'open' })

/** Queries to the database. */
type Asked = Exclude<QuestionName, 'stats' | 'seal' | 'freeze'>
type Answers = { readonly [Name in Asked]: (a: Answering, q: Questions[Name][0]) => Promise<Questions[Name][1]> }
const answers: Answers = {
  top: answerTop,
  series: answerSeries,
  matrix: answerMatrix,
  interfaceSeries: answerInterfaceSeries,
  attribution: answerAttribution,
  exportParquet: answerExport,
}

async function answer(connection: DuckDBConnection, name: Asked, query: unknown): Promise<unknown> {
  const { view, reach, release } = engine.view()
  try {
    const run = async (sql: string): Promise<readonly (readonly unknown[])[]> =>
      (await connection.runAndReadAll(sql)).getRows()
    const write = (sql: string, path: string): Promise<number> => writeParquet(connection, sql, path)
    const answering: Answering = { view, run, write, reach }
    // Sound: a name and its query come from one entry of `Questions`.
    return await (answers[name] as (a: Answering, q: unknown) => Promise<unknown>)(answering, query)
  } finally {
    release()
  }
}

async function ask({ id, name, query, deadline }: Extract<ToWorker, { type: 'ask' }>): Promise<void> {
  try {
    const value =
      name === 'stats'
        ? engine.stats()
        : name === 'seal'
          ? await engine.seal()
          : name === 'freeze'
            ? engine.freeze(query as string) // sound: a name and its query come from one entry of `Questions`
            : await engine.questions.ask(id, deadline, (connection) => answer(connection, name, query))
    send({ type: 'answer', id, value })
  } catch (error) {
    const { message } = error as Error
    const code = error instanceof RangeError ? 'range' : error instanceof StoreError ? error.code : 'failed'
    send({ type: 'refusal', id, code, problem: message })
  }
}

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'ask':
      void ask(message)
      break
    case 'call-off':
      engine.questions.callOff(message.id, new StoreError('deadline', 'called off'))
      break
    case 'acknowledged':
      engine.acknowledged(message.block)
      break
    case 'close':
      void engine.close().then(() => process.exit(0))
      break
  }
})
