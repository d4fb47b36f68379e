/** Queries that wait for a connection: first come, first served, bounded, each with a deadline. @module */
import type { DuckDBConnection } from '@duckdb/node-api'
import { StoreError } from '../errors.ts'
import { databaseErrorOf } from './database.ts'

/** Maximum waiting and running queries: more than any page sends at once. */
const maxQuestions = 64

interface Question {
  readonly id: number
  readonly deadline: number
  readonly answer: (connection: DuckDBConnection) => Promise<unknown>
  readonly settle: (result: { readonly value: unknown } | { readonly error: unknown }) => void
  readonly timer: NodeJS.Timeout
  /** The connection that answers it, and the reason for its cancellation. */
  connection: DuckDBConnection | undefined
  calledOff: StoreError | undefined
}

export class QuestionQueue {
  readonly #idle: DuckDBConnection[]
  readonly #waiting: Question[] = []
  readonly #running = new Map<number, Question>()

  constructor(connections: readonly DuckDBConnection[]) {
    this.#idle = [...connections]
  }

  get length(): number {
    return this.#waiting.length + this.#running.size
  }

  /** `deadline` in milliseconds from now. @throws {StoreError} */
  ask<Value>(id: number, deadline: number, answer: (connection: DuckDBConnection) => Promise<Value>): Promise<Value> {
    if (this.length >= maxQuestions) {
      throw new StoreError('busy', `${maxQuestions} queries are waiting already; try again later`)
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.callOff(id, new StoreError('deadline', `no answer within ${deadline} ms; query a shorter window`))
      }, deadline)
      this.#waiting.push({
        id,
        deadline,
        answer,
        timer,
        settle: (result) => ('error' in result ? reject(result.error) : resolve(result.value as Value)),
        connection: undefined,
        calledOff: undefined,
      })
      this.#next()
    })
  }

  callOff(id: number, why: StoreError): void {
    const at = this.#waiting.findIndex((question) => question.id === id)
    if (at >= 0) {
      const [question] = this.#waiting.splice(at, 1)
      clearTimeout(question!.timer)
      question!.settle({ error: why })
      return
    }
    const question = this.#running.get(id)
    if (question === undefined || question.calledOff !== undefined) return
    question.calledOff = why
    question.connection?.interrupt()
  }

  callOffAll(why: StoreError): void {
    for (const { id } of [...this.#waiting, ...this.#running.values()]) this.callOff(id, why)
  }

  /** Resolves when no query is waiting or running. */
  async ended(): Promise<void> {
    while (this.length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  #next(): void {
    const connection = this.#idle[0]
    const question = this.#waiting[0]
    if (connection === undefined || question === undefined) return
    this.#idle.shift()
    this.#waiting.shift()
    question.connection = connection
    this.#running.set(question.id, question)
    void this.#run(question, connection)
  }

  async #run(question: Question, connection: DuckDBConnection): Promise<void> {
    try {
      const value = await question.answer(connection)
      question.settle({ value })
    } catch (error) {
      const isOurs = error instanceof RangeError || error instanceof StoreError
      question.settle({ error: question.calledOff ?? (isOurs ? error : databaseErrorOf(error)) })
    }
    clearTimeout(question.timer)
    this.#running.delete(question.id)
    this.#idle.push(connection)
    this.#next()
  }
}
