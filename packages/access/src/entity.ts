/** Entities: the agents, roles and actions that policies speak of. @module */
import { type CedarRecord, emptyRecord, type EntityUid } from './value.ts'

export class Entity {
  readonly uid: EntityUid
  readonly attributes: CedarRecord
  /** The keys of the entity itself, and of all that it is `in`, directly or not. */
  readonly groups: readonly string[]
  readonly #groups: ReadonlySet<string>

  /** @param ancestors all of them, not only the parents */
  constructor(uid: EntityUid, ancestors: readonly EntityUid[] = [], attributes = emptyRecord) {
    this.uid = uid
    this.attributes = attributes
    this.#groups = new Set([uid.key, ...ancestors.map(({ key }) => key)])
    this.groups = [...this.#groups]
  }

  isIn(key: string): boolean {
    return this.#groups.has(key)
  }
}

/** What policies may ask about. */
export interface Request {
  readonly principal: Entity
  readonly action: Entity
  readonly resource: Entity
  readonly context: CedarRecord
  /** The entity of that name. One that is not known has no attributes and is in itself only. */
  readonly entityOf: (uid: EntityUid) => Entity | undefined
}
