/** Asks the controller about private lines, and as its operator for changes of them. @module */
import type { LineQuote, LineRequest, LineResource } from '@vagus/api/lines'
import type { Client } from '../client.ts'
import type { Call } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure, orSay } from '../failure.ts'
import type { Whose } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { operatorFix, operatorKey } from '../operator-key.ts'

const pathOf = (id: string): string => `/v1/lines/${encodeURIComponent(id)}`

/** @throws {Failure} as `Client.get`; of an unknown id, it says where the ids are */
export const askLine = (client: Client, id: string): Promise<LineResource> =>
  client.get<LineResource>('Line', pathOf(id)).catch(orSay('the ids: vagus line ls', ''))

export const askQuote = (client: Client, body: LineRequest): Promise<LineQuote> =>
  client
    .change<LineQuote>('LineQuote', { method: 'POST', path: '/v1/line-quotes', body })
    .catch(orSay('the sites: vagus matrix', 'vagus doctor'))

/** Milliseconds. Every router is asked, at most two times. */
const agreedWithin = 60_000

export interface LineChangeAsked {
  readonly method: 'POST' | 'PATCH' | 'DELETE'
  /** None: an order. With POST: its approval. */
  readonly id?: string
  readonly body?: object
  readonly key?: string
  /** The command without options, for an operator whose key is not here. */
  readonly words: string
  /** What to type after an answer that does not come. */
  readonly again: string
}

/** @throws {Failure} with the reason of the controller, and the next step to type */
export async function changeLine(
  call: Whose & Pick<Call<Options>, 'terminal' | 'signal'>,
  client: Client,
  { method, id, body, key, words, again }: LineChangeAsked,
): Promise<LineResource> {
  const bearer = await operatorKey(call, client.address, words)
  const ofLine = (one: string): string => (method === 'POST' ? `${pathOf(one)}/approval` : pathOf(one))
  const path = id === undefined ? '/v1/lines' : ofLine(id)
  try {
    return await client.change<LineResource>('Line', {
      method,
      path,
      bearer,
      within: agreedWithin,
      ...(body !== undefined && { body }),
      ...(key !== undefined && { key }),
    })
  } catch (error) {
    // An interrupted command says nothing else, but the controller finishes what it has begun.
    if (call.signal.aborted) call.terminal.err('vagus: interrupted; the controller finishes it: vagus line ls\n')
    if (!(error instanceof Failure)) throw error
    const { exit, message, fix } = error
    if (exit === exitCode.timeout) throw new Failure(exit, `${message}; it may still do it`, again, error)
    throw fix === '' ? new Failure(exit, message, fixOf(exit), error) : error
  }

  function fixOf(exit: number): string {
    if (exit === exitCode.denied) return operatorFix(words)
    if (exit === exitCode.usage) return id === undefined ? 'the sites: vagus matrix' : 'the ids: vagus line ls'
    return id === undefined ? 'vagus line ls · vagus doctor' : `vagus line show ${id} · vagus doctor`
  }
}
