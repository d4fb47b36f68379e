/** Adds queues to links, on kernels with fair ones and on those without. @module */
import { type RateTree, runBatch } from '@vagus/linux'

export class QueueAdder {
  /** As long as this kernel has not said that it has none. */
  #waiting: RateTree['waiting'] = 'fq_codel'

  get waiting(): RateTree['waiting'] {
    return this.#waiting
  }

  /**
   * @param again the commands of a kernel without fq_codel
   * @throws {UnavailableError}
   */
  async add(
    commands: readonly string[],
    again: () => Promise<{ readonly add: readonly string[] }> | { readonly add: readonly string[] },
  ): Promise<void> {
    try {
      await runBatch('tc', [], commands)
    } catch (error) {
      if (this.#waiting === 'bfifo' || !/kind is unknown|No such file/.test(String(error))) throw error
      this.#waiting = 'bfifo'
      // All others were done.
      await runBatch(
        'tc',
        [],
        (await again()).add.filter((command) => command.includes(' bfifo ')),
      )
    }
  }
}
