/** `vagus id verify`: whether a document, or a chain of delegations from it, is to be believed, and if not, why. @module */
import {
  acceptDocument,
  agentNameOf,
  type Identity,
  type Mandate,
  type RefusalCode,
  type Refused,
  verifyDelegations,
  verifyDocument,
  verifyWhenIssued,
} from '@vagus/identity'
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { durationText } from '../format.ts'
import { identityResource, identityText } from '../identity-text.ts'
import { homeOption } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { documentOf, signedText } from '../signed-text.ts'
import { printable } from '../table.ts'

const options = {
  delegations: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: "files with the delegations, the root's first",
  },
  after: { type: 'text', value: 'FILE', description: 'a document known before: what goes back from it is refused' },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'id verify',
  summary: 'is a document, or a delegation, to be believed?',
  effect: 'ro',
  examples: [
    { line: 'vagus id verify report-writer.jws', does: 'says who it is, or why not; exit 0 or 4' },
    { line: 'vagus id verify report-writer --delegations helper.jws', does: 'what the child may do' },
    { line: 'curl -s … | vagus id verify -', does: 'from standard input' },
  ],
  arguments: [{ name: 'DOCUMENT', description: 'a file, "-", or an agent of this host', presence: 'required' }],
  options,
  async run(call: Call<typeof options>): Promise<ExitCode> {
    const { values, words, terminal } = call
    const { identityCrypto: crypto } = await import('@vagus/transport')
    const now = Date.now()
    const document = await documentOf(call, words[0]!)
    const read = verifyDocument(document, now, crypto)
    if (read.type === 'refused') return refuse(read, 'the document')
    const { identity } = read
    if (values.after !== undefined) {
      const known = verifyKnown(signedText(values.after), crypto)
      const accepted = acceptDocument(known, document, now, crypto)
      if (accepted.type === 'refused') return refuse(accepted, 'the document', ofSuccessors)
    }
    const mandate = mandateOf(identity)
    if (mandate !== undefined && mandate.type === 'refused') return refuse(mandate, 'the delegation', ofDelegations)
    const name = agentNameOf(identity)
    if (values.json) {
      const resource = {
        ...identityResource(identity, name),
        kind: 'Verification',
        verified: true,
        mandate: mandate?.mandate ?? null,
      }
      terminal.out(`${JSON.stringify(resource, null, 2)}\n`)
    } else {
      terminal.out(`${terminal.paint.good('verified')}  ${identityText(identity, name, now, terminal.paint)}\n`)
      if (mandate !== undefined) terminal.out(`\n${mandateText(mandate.mandate, now)}\n`)
    }
    return exitCode.ok

    function mandateOf(root: Identity) {
      if (values.delegations.length === 0) return undefined
      return verifyDelegations(root, values.delegations.map(signedText), now, crypto)
    }
    function refuse({ because }: Refused, what: string, others: Meanings = {}): ExitCode {
      const problem = printable(because.problem) // JSON would leave C1 controls as they are
      const resource = {
        apiVersion: 'vagus/v1',
        kind: 'Verification',
        verified: false,
        because: { code: because.code, problem },
      }
      if (values.json) terminal.out(`${JSON.stringify(resource, null, 2)}\n`)
      else
        terminal.out(
          `${terminal.paint.bad('refused')}  ${what}: ${problem} (${because.code})\n         ${others[because.code] ?? meanings[because.code]}\n`,
        )
      return exitCode.denied
    }
  },
})

type Meanings = Partial<Readonly<Record<RefusalCode, string>>>

/** What a refusal means for who reads it, and what to do; of a document where nothing else is said below. */
const meanings: Readonly<Record<RefusalCode, string>> = {
  malformed: 'it is cut, or something else than was meant; get it again: vagus id show NAME --document',
  'not-canonical': 'somebody wrote it again by other rules; get it again from the agent itself',
  algorithm: 'signed in a way that is not accepted here; only EdDSA under the header of its kind is',
  signature: 'changed on the way, or not signed by whom it names: do not use it',
  key: 'the keys do not follow from the name: do not use it',
  tag: 'the address-like tag is of another key: do not use it',
  expired: 'ask the agent for a newer one; its side-car renews it',
  'not-yet': 'is the clock of this machine right? date -u',
  rollback: 'an older document, or another history, than the one known: somebody replays or forks it',
  widened: 'it gives more than its giver had: ask for one that gives less',
  chain: 'its keys do not follow each other: do not use it',
  limit: 'more than is ever read here',
}

const ofDelegations: Meanings = {
  malformed: 'it is cut, or something else than was meant; get it again: vagus id delegate NAME … --out FILE',
  expired: 'ask who gave it for another: vagus id delegate NAME …',
  chain: 'the delegations are in another order, or one is missing: the root’s comes first',
}

/** Of a document that may follow the one of `--after`. */
const ofSuccessors: Meanings = {
  chain: 'the document of --after is another agent’s: name one of the same agent',
}

function verifyKnown(text: string, crypto: Parameters<typeof verifyDocument>[2]): Identity {
  const known = verifyWhenIssued(text, crypto)
  if (known.type === 'verified') return known.identity
  throw new Failure(
    exitCode.usage,
    `--after: ${printable(known.because.problem)}`,
    'a document that was accepted before',
  )
}

function mandateText({ agent, capabilities, task, audience, depth, expiresAt }: Mandate, now: number): string {
  const towards = audience === undefined ? 'anybody' : audience.join(', ')
  return [
    `${agent} may act for it:`,
    `  may      ${capabilities.join(', ')}`,
    `  task     ${task}`,
    `  towards  ${towards}`,
    `  hops     ${depth} more`,
    `  ends     in ${durationText((expiresAt - now) / 1000)}`,
  ].join('\n')
}
