/** `vagus id verify`: whether a document, or a chain of delegations from it, is valid, and if not, why. @module */
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
import { jsonText } from '../json.ts'
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
  after: {
    type: 'text',
    value: 'FILE',
    description: 'a document accepted earlier; one that goes back behind it is refused',
  },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'id verify',
  summary: 'is a document, or a delegation, valid?',
  effect: 'ro',
  examples: [
    { line: 'vagus id verify report-writer.jws', does: 'who it is, or why it is refused; exit 0 or 4' },
    { line: 'vagus id verify report-writer --delegations helper.jws', does: 'what the child may do' },
    { line: 'curl -s … | vagus id verify -', does: 'from standard input' },
  ],
  arguments: [{ name: 'DOCUMENT', description: 'a file, "-", or an agent of this host', presence: 'required' }],
  options,
  async run(call: Call<typeof options>): Promise<ExitCode> {
    const { values, words, terminal } = call
    const { identityCrypto: crypto } = await import('@vagus/transport/identity-crypto')
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
      terminal.out(jsonText(resource))
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
      if (values.json) terminal.out(jsonText(resource))
      else
        terminal.out(
          `${terminal.paint.bad('refused')}  ${what}: ${problem} (${because.code})\n         ${others[because.code] ?? meanings[because.code]}\n`,
        )
      return exitCode.denied
    }
  },
})

type Meanings = Partial<Readonly<Record<RefusalCode, string>>>

/** What a refusal means and what to do about it: for a document, unless a table below differs. */
const meanings: Readonly<Record<RefusalCode, string>> = {
  malformed: 'it is truncated, or no document at all; get it again: vagus id show NAME --document',
  'not-canonical': 'it was encoded again by other rules; get it from the agent itself',
  algorithm: 'the signature is of a kind not accepted here; only EdDSA with the header of its type is',
  signature: 'it was altered, or not signed by the agent it names: do not use it',
  key: 'the keys do not follow from the name: do not use it',
  tag: 'the tag belongs to another key: do not use it',
  expired: 'ask the agent for a newer one; its side-car renews it',
  'not-yet': 'is the clock of this machine right? date -u',
  rollback: 'it is older than the known document, or of another history: a replay or a fork',
  widened: 'it grants more than its issuer had: ask for one that grants less',
  chain: 'its keys do not form a chain: do not use it',
  limit: 'it is larger than anything accepted here',
}

const ofDelegations: Meanings = {
  malformed: 'it is truncated, or no delegation at all; get it again: vagus id delegate NAME … --out FILE',
  expired: 'ask its issuer for a new one: vagus id delegate NAME …',
  chain: 'the delegations are out of order, or one is missing: the root’s comes first',
}

/** For a document that must succeed the one of `--after`. */
const ofSuccessors: Meanings = {
  chain: 'the document of --after is another agent’s: name one of the same agent',
}

function verifyKnown(text: string, crypto: Parameters<typeof verifyDocument>[2]): Identity {
  const known = verifyWhenIssued(text, crypto)
  if (known.type === 'verified') return known.identity
  throw new Failure(
    exitCode.usage,
    `--after: ${printable(known.because.problem)}`,
    'give a document that was accepted before',
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
