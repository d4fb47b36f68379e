/** Joins the intents of this device to GRASP: passes sets on to neighbours, and says how they stand here. @module */
import { type Grasp, type IntentHolder, IntentSpread, type ServiceAgent } from '@vagus/asa'
import { type IntentStatus, intentStatus } from '@vagus/grasp/objectives'
import type { IntentDesk } from './intent-desk.ts'
import { hashOf, type IntentReports } from './intent-reports.ts'

/** Milliseconds between floods of a status that does not change, and for which one holds (RFC 8994 §6.4). */
const floodEvery = 60_000
const ttlMs = 210_000

export class IntentTalk {
  readonly #node: string
  readonly #reports: IntentReports
  readonly #spread: IntentSpread
  readonly #asa: ServiceAgent
  readonly #epoch = Math.floor(Date.now())
  readonly #forget: () => void
  #sequence = 0
  #floodedAt = -Infinity

  constructor(grasp: Grasp, node: string, desk: IntentDesk, reports: IntentReports) {
    this.#node = node
    this.#reports = reports
    this.#spread = new IntentSpread({ grasp, node, holder: holderOf(desk) })
    this.#asa = grasp.agent('intent-status')
    this.#asa.register(intentStatus)
    this.#asa.publish(intentStatus, this.#value(reports.status()))
    this.#forget = desk.onNewer(() => this.#spread.changed())
  }

  /** A neighbour came, which may know less or more. */
  met(): void {
    this.#spread.changed()
    this.#flood()
  }

  /** After each look at the intents. @param steady milliseconds by a clock that nobody sets */
  tell(news: 'changed' | 'same', steady: number): void {
    this.#asa.publish(intentStatus, this.#value(this.#reports.status()))
    if (news === 'same' && steady - this.#floodedAt < floodEvery) return
    this.#floodedAt = steady
    this.#flood()
  }

  close(): void {
    this.#forget()
    this.#spread.close()
    this.#asa.close()
  }

  #flood(): void {
    this.#asa.flood(intentStatus, this.#value(this.#reports.digest()), { ttlMs })
  }

  #value(status: Omit<IntentStatus, 'header'>): IntentStatus {
    return { header: { node: this.#node, epoch: this.#epoch, sequence: this.#sequence++ }, ...status }
  }
}

const holderOf = (desk: IntentDesk): IntentHolder => ({
  owner: desk.owner,
  newest() {
    const { set } = desk
    return set && { epoch: set.epoch, rotations: set.keyLog.length - 1, hash: hashOf(set), document: set.jws }
  },
  take(document, from) {
    const taken = desk.take(document, from)
    return typeof taken === 'string' ? taken : 'refused'
  },
})
