/** Asks the controller to approve a proposal, or to end what an approval has in force. @module */
import type { ApprovalRequest, ApprovalResource, ProposalResource } from '@vagus/api/steering'
import type { Client } from '../client.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Whose } from '../keyring-options.ts'
import { operatorFix, operatorKey } from '../operator-key.ts'
import type { Terminal } from '../terminal.ts'

export type ApprovalChange = { readonly method: 'POST'; readonly body: ApprovalRequest } | { readonly method: 'DELETE' }

/** Milliseconds. Every agent is asked in turn, and waits until its neighbours are told. */
const agreedWithin = 120_000

/**
 * @param words of the command, for an operator whose key is not here
 * @throws {Failure} with the reason of the controller or of the agent that declined, and the next step to type
 */
export async function changeApproval(
  call: Whose & { readonly terminal: Terminal; readonly signal: AbortSignal },
  client: Client,
  { id }: Pick<ProposalResource, 'id'>,
  change: ApprovalChange,
  words: string,
): Promise<ApprovalResource> {
  const bearer = await operatorKey(call, client.address, words)
  const path = `/v1/proposals/${encodeURIComponent(id)}/approval`
  const look = `vagus proposal show ${id}`
  try {
    return await client.change<ApprovalResource>('Approval', { ...change, path, bearer, within: agreedWithin })
  } catch (error) {
    // An interrupted command says nothing else, but the controller finishes what it has begun.
    if (call.signal.aborted) call.terminal.err(`vagus: interrupted; the controller finishes it: ${look}\n`)
    if (!(error instanceof Failure)) throw error
    const { exit, message, fix } = error
    if (exit === exitCode.timeout) throw new Failure(exit, `${message}; it may still do it`, look, error)
    throw fix === '' ? new Failure(exit, message, fixOf(error), error) : error
  }

  function fixOf({ exit, message }: Failure): string {
    if (exit === exitCode.denied) return operatorFix(words)
    if (exit === exitCode.usage) return 'the ids: vagus proposal ls --last 7d'
    // As the controller tells what an agent declines.
    const [, device] = /^(\S+) does not /.exec(message) ?? []
    return `${device === undefined ? look : `vagus device show ${device}`} · vagus doctor`
  }
}
