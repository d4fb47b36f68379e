/** A session with a server of NETCONF (RFC 6241): what it has, and changes to it. @module */
import {
  type CommitForm,
  libraryFilter,
  libraryModules,
  type NetconfCapabilities,
  operations,
  type RpcResult,
  withModules,
  type XmlElement,
} from '@vagus/netconf'
import { RouterError } from '../errors.ts'
import type { NetconfPlace } from './place.ts'
import { refusalOf } from './refusal.ts'
import { RpcChannel } from './rpc-channel.ts'

export type { NetconfPlace } from './place.ts'

/** RFC 6022. */
const stateFilter: readonly XmlElement[] = [
  { name: 'netconf-state', namespace: 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring', children: [], text: '' },
]

/** A datastore that can be changed. */
export type EditTarget = 'running' | 'candidate'

/**
 * Each method takes the milliseconds within which it must be answered; where it is not, the session ends. All throw
 * RouterError: `unreachable`, the session is no more; `refused`, by the server, with its words; `unsupported`, the server
 * cannot do it. Calls are sent one after the other, 64 may wait.
 */
export class NetconfSession {
  /** With the modules of the YANG library. */
  readonly capabilities: NetconfCapabilities
  /** By which servers name this session, as in `lock-denied`. */
  readonly sessionId: number
  readonly #channel: RpcChannel

  /**
   * @param within milliseconds, for all of it
   * @throws {RouterError} `unreachable`, with what ssh said, and what would be right
   * @throws {RangeError} a place that is none
   */
  static async open(place: NetconfPlace, within: number): Promise<NetconfSession> {
    const until = performance.now() + within
    const channel = await RpcChannel.open(place, within)
    if (!channel.capabilities.hasYangLibrary) return new NetconfSession(channel, channel.capabilities)
    const library = await channel.request(operations.get(libraryFilter), Math.max(1, until - performance.now()))
    // Who may not read it gets an error: what the hello lists must do.
    const data = library.type === 'data' ? library.elements.find(({ name }) => name === 'data') : undefined
    const modules = data === undefined ? new Map<string, string>() : libraryModules(data)
    return new NetconfSession(channel, withModules(channel.capabilities, modules))
  }

  private constructor(channel: RpcChannel, capabilities: NetconfCapabilities) {
    this.#channel = channel
    this.capabilities = capabilities
    this.sessionId = channel.sessionId
  }

  /** Until it ends; a server that is gone without a word is noticed at the next call. */
  get isOpen(): boolean {
    return this.#channel.isOpen
  }

  /**
   * Whether the server answers, in a few octets: nothing of that module is configuration. Where it is busy with what was
   * asked before, that answer will tell.
   */
  async reach(within: number): Promise<void> {
    if (!this.#channel.isBusy) await this.#channel.request(operations.getConfig('running', stateFilter), within)
  }

  /** Configuration that runs, and state: the element `data`. @param filter subtrees; none means everything */
  get(filter: readonly XmlElement[], within: number): Promise<XmlElement> {
    return this.#data('get', operations.get(filter), within)
  }

  /** The element `data`. @param filter as in `get` */
  async getConfig(source: EditTarget | 'startup', filter: readonly XmlElement[], within: number): Promise<XmlElement> {
    if (source !== 'running') this.#need(source, this.capabilities[source])
    return this.#data('get-config', operations.getConfig(source, filter), within)
  }

  /**
   * Merges, or does what the attributes `operation` of the elements say. With a fault nothing of it is done where the
   * server has rollback-on-error; else what came before the fault is.
   */
  async editConfig(target: EditTarget, config: readonly XmlElement[], within: number): Promise<void> {
    this.#needTarget(target)
    const onError = this.capabilities.rollbackOnError ? 'rollback-on-error' : 'stop-on-error'
    await this.#done('edit-config', operations.editConfig(target, config, onError), within)
  }

  /** Until `unlock` or the end of the session. */
  async lock(target: EditTarget, within: number): Promise<void> {
    if (target === 'candidate') this.#needTarget(target)
    await this.#done(`lock of ${target}`, operations.lock(target), within)
  }

  async unlock(target: EditTarget, within: number): Promise<void> {
    if (target === 'candidate') this.#needTarget(target)
    await this.#done(`unlock of ${target}`, operations.unlock(target), within)
  }

  /** Whether the configuration could run (RFC 6241 §8.6). */
  async validate(source: EditTarget, within: number): Promise<void> {
    this.#need('validate', this.capabilities.validate)
    await this.#done('validate', operations.validate(source), within)
  }

  /** The candidate is what runs again. */
  async discardChanges(within: number): Promise<void> {
    this.#needTarget('candidate')
    await this.#done('discard-changes', operations.discardChanges(), within)
  }

  /**
   * The candidate runs. With `confirmed` the server takes it back after `timeout` seconds, also where this session has
   * ended, unless a commit with that `persistId` comes.
   * @throws {RangeError} a timeout that is no number of seconds, an empty name
   */
  async commit(how: CommitForm, within: number): Promise<void> {
    this.#needTarget('candidate')
    const { confirmed, persistId } = how
    if (confirmed !== undefined || persistId !== undefined) this.#needConfirmed()
    if (confirmed !== undefined && !(Number.isInteger(confirmed.timeout) && confirmed.timeout >= 1))
      throw new RangeError(`${confirmed.timeout} is not a timeout; whole seconds from 1 are`)
    if (confirmed?.persist === '' || persistId === '')
      throw new RangeError('the name of a confirmed commit is not empty')
    await this.#done('commit', operations.commit(how), within)
  }

  /** What a confirmed commit changed is taken back now. */
  async cancelCommit(persistId: string, within: number): Promise<void> {
    this.#needConfirmed()
    await this.#done('cancel-commit', operations.cancelCommit(persistId), within)
  }

  /** Ends the ssh process, and what waits. Locks end with it, confirmed commits do not. */
  close(): void {
    this.#channel.close()
  }

  async #data(what: string, operation: XmlElement, within: number): Promise<XmlElement> {
    const result = await this.#done(what, operation, within)
    const data = result.type === 'data' ? result.elements.find(({ name }) => name === 'data') : undefined
    if (data === undefined)
      throw new RouterError('refused', `NETCONF at ${this.#channel.place} answered ${what} without data`)
    return data
  }

  async #done(what: string, operation: XmlElement, within: number): Promise<Exclude<RpcResult, { type: 'errors' }>> {
    const result = await this.#channel.request(operation, within)
    if (result.type === 'errors') throw refusalOf(this.#channel.place, what, result.errors)
    return result
  }

  #needTarget(target: EditTarget): void {
    const has = target === 'running' ? this.capabilities.writableRunning : this.capabilities.candidate
    this.#need(target === 'running' ? 'writable-running' : 'candidate', has)
  }

  #needConfirmed(): void {
    this.#need('confirmed-commit:1.1', this.capabilities.confirmedCommit)
  }

  #need(capability: string, has: boolean): void {
    if (!has) throw new RouterError('unsupported', `NETCONF at ${this.#channel.place} has no capability :${capability}`)
  }
}
