/** The operations of a client (RFC 6241 §7, §8) as elements. What a server must be able to for one is the caller's to know. @module */
import { baseNamespace } from '../namespaces.ts'
import { element, leaf } from '../xml/build.ts'
import type { XmlElement } from '../xml/element.ts'

export type Datastore = 'running' | 'candidate' | 'startup'

export interface ConfirmedCommit {
  /** Seconds until the server takes back what is not confirmed. */
  readonly timeout: number
  /** A name by which another session confirms it or cancels it. */
  readonly persist: string
}

export interface CommitForm {
  readonly confirmed?: ConfirmedCommit
  /** What it confirms: the `persist` of the commit before. */
  readonly persistId?: string
}

const base = (name: string, children: readonly XmlElement[] = []): XmlElement => element(baseNamespace, name, children)
const text = (name: string, value: string): XmlElement => leaf(baseNamespace, name, value)
const datastore = (role: 'source' | 'target', name: Datastore): XmlElement => base(role, [base(name)])

/** No filter where the list is empty: an empty one would select nothing (RFC 6241 §6.4.2). */
const filterOf = (subtrees: readonly XmlElement[]): readonly XmlElement[] =>
  subtrees.length === 0 ? [] : [{ ...base('filter', subtrees), attributes: new Map([['type', 'subtree']]) }]

export const operations = {
  /** §7.7. */
  get: (filter: readonly XmlElement[]): XmlElement => base('get', filterOf(filter)),
  /** §7.1. */
  getConfig: (source: Datastore, filter: readonly XmlElement[]): XmlElement =>
    base('get-config', [datastore('source', source), ...filterOf(filter)]),
  /** §7.2; `rollback-on-error` needs that capability. */
  editConfig: (
    target: Datastore,
    config: readonly XmlElement[],
    onError: 'stop-on-error' | 'rollback-on-error',
  ): XmlElement =>
    base('edit-config', [
      datastore('target', target),
      ...(onError === 'stop-on-error' ? [] : [text('error-option', onError)]),
      base('config', config),
    ]),
  /** §7.5. */
  lock: (target: Datastore): XmlElement => base('lock', [datastore('target', target)]),
  /** §7.6. */
  unlock: (target: Datastore): XmlElement => base('unlock', [datastore('target', target)]),
  /** §8.6.4.1. */
  validate: (source: Datastore): XmlElement => base('validate', [datastore('source', source)]),
  /** §8.3.4.2. */
  discardChanges: (): XmlElement => base('discard-changes'),
  /** §8.3.4.1, §8.4.5.1. */
  commit: ({ confirmed, persistId }: CommitForm): XmlElement =>
    base('commit', [
      ...(confirmed === undefined
        ? []
        : [base('confirmed'), text('confirm-timeout', String(confirmed.timeout)), text('persist', confirmed.persist)]),
      ...(persistId === undefined ? [] : [text('persist-id', persistId)]),
    ]),
  /** §8.4.4.1. */
  cancelCommit: (persistId: string): XmlElement => base('cancel-commit', [text('persist-id', persistId)]),
} as const
