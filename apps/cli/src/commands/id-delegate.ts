/** `vagus id delegate NAME`: lets a short-lived child act in the agent's name, within the limits given. @module */
import { writeFile } from 'node:fs/promises'
import { type CompactJws, publicKeyOf, signDelegation, verifyDelegations, verifyDocument } from '@vagus/identity'
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { durationText } from '../format.ts'
import { jsonText } from '../json.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { documentOf, signedText } from '../signed-text.ts'
import { printable } from '../table.ts'
import { unwritable } from '../unwritable.ts'

const options = {
  to: {
    type: 'text',
    value: 'ID',
    presence: 'required',
    description: 'the child: an agent of this host, or did:key:z6Mk…',
  },
  can: {
    type: 'words',
    value: 'LIST',
    presence: 'required',
    default: [],
    description: 'what it may do, such as report.write',
  },
  task: { type: 'text', value: 'TASK', presence: 'required', description: 'the task it is for, such as report-17' },
  for: {
    type: 'duration',
    value: 'TIME',
    default: '5m',
    description: 'how long, at most 10m; it cannot be revoked earlier',
  },
  depth: { type: 'count', value: 'HOPS', min: 0, max: 3, default: 0, description: 'how many delegations may follow' },
  towards: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'agents it may call, given as in --to (default: any)',
  },
  under: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: "the parent's own mandate: the root's document, then the delegations",
  },
  out: { type: 'text', value: 'FILE', description: 'write the delegation there instead of printing it' },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'id delegate',
  summary: 'let a short-lived child act in the name of an agent',
  effect: 'rw',
  examples: [
    { line: 'vagus id delegate writer --to helper --can report --task r-17', does: 'for 5 minutes' },
    {
      line: 'vagus id delegate writer --to did:key:z6Mk… --can report --task r-1 --for 10m',
      does: 'to an agent of another host',
    },
    {
      line: 'vagus id delegate writer --to helper --can report --task r-1 --out d.jws',
      does: 'to a file; to read it: vagus id verify writer --delegations d.jws',
    },
    {
      line: 'vagus id delegate helper --under writer,d.jws --to third --can report --task r-1 --for 1m',
      does: 'further, to its own child; d.jws needs --depth 1 or more',
    },
  ],
  arguments: [{ name: 'NAME', description: 'the parent, an agent of this host', presence: 'required' }],
  options,
  run: (call: Call<typeof options>) =>
    withKeyring(call, async (keyring) => {
      const { values, words, terminal } = call
      const name = words[0]!
      const { to, task, can: capabilities, depth, towards, under, json } = values
      if (to === undefined) throw needs('--to ID', 'the child: an agent of this host, or did:key:z6Mk…')
      if (task === undefined) throw needs('--task TASK', 'one word for the task of the child, such as report-17')
      if (capabilities.length === 0) throw needs('--can LIST', 'what it may do, such as report.write')
      const now = Date.now()
      const { identity, signer } = keyring.open(name, now)
      const idOf = (option: string, text: string): string =>
        keyring.has(text) ? keyring.open(text, now).identity.id : checkedId(option, text)
      const sub = idOf('--to', to)
      if (sub === identity.id) throw new Failure(exitCode.usage, `--to: ${to} is ${name} itself`, 'name another agent')
      const hasRotated = identity.keyLog.length > 1
      if (hasRotated && under.length > 0) throw rotated(name)
      const iat = Math.floor(now / 1000)
      const exp = iat + values.for
      if (under.length === 0 && exp * 1000 > identity.expiresAt) throw outlives(name, identity.expiresAt - now)
      const audience = towards.length === 0 ? {} : { audience: towards.map((each) => idOf('--towards', each)) }
      const signed = signDelegation({ iss: identity.id, sub, iat, exp, depth, task, capabilities, ...audience }, signer)
      if (signed.type === 'refused')
        throw new Failure(exitCode.usage, signed.because.problem, 'see: vagus id delegate --help')
      if (under.length > 0) await checkUnder(call, under, signed.delegation, now)
      const resource = {
        apiVersion: 'vagus/v1',
        kind: 'Delegation',
        delegation: signed.delegation,
        iss: identity.id,
        sub,
        expiresAt: new Date(exp * 1000).toISOString(),
      }
      const text = json ? jsonText(resource) : `${signed.delegation}\n`
      if (values.out === undefined) terminal.out(text)
      else await written(values.out, text)
      terminal.err(
        `${sub} may ${capabilities.join(', ')} for ${name}, task ${task}, ${durationText(values.for)} from now\n`,
      )
      if (hasRotated) terminal.err(`${name} has rotated its keys, so this is accepted only where ${name} is the root\n`)
      return exitCode.ok
    }),
})

/** @throws {Failure} */
async function written(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw unwritable(file, 'delegation.jws', error)
  }
}

const needs = (option: string, what: string): Failure =>
  new Failure(exitCode.usage, `"vagus id delegate" needs ${option}`, what)

/** A verifier knows a child only by its name, which is its first key. */
const rotated = (name: string): Failure =>
  new Failure(
    exitCode.usage,
    `${name} has rotated its keys, and an agent that is not the root must sign with its first key`,
    'use an agent whose keys were never rotated: vagus id new NAME',
  )

/** Refuses a chain that no verifier would accept. @throws {Failure} */
async function checkUnder(
  call: Call<typeof options>,
  [root = '', ...above]: readonly string[],
  delegation: CompactJws,
  now: number,
): Promise<void> {
  const { identityCrypto } = await import('@vagus/transport/identity-crypto')
  const read = verifyDocument(await documentOf(call, root), now, identityCrypto)
  if (read.type === 'refused')
    throw new Failure(
      exitCode.denied,
      `--under: ${root}: ${printable(read.because.problem)}`,
      `vagus id verify ${root}`,
    )
  const chain = verifyDelegations(read.identity, [...above.map(signedText), delegation], now, identityCrypto)
  if (chain.type === 'verified') return
  const what = above.length === 0 ? '' : ` --delegations ${above.join(',')}`
  throw new Failure(
    exitCode.denied,
    `--under: ${printable(chain.because.problem)}`,
    `what it may delegate: vagus id verify ${root}${what}`,
  )
}

const outlives = (name: string, left: number): Failure =>
  new Failure(
    exitCode.usage,
    `the document of ${name} expires in ${durationText(Math.max(0, left) / 1000)}, before the delegation`,
    `shorten --for, or renew the document: vagus id rotate ${name}`,
  )

function checkedId(option: string, text: string): string {
  const key = publicKeyOf(text)
  if (key instanceof Uint8Array) return text
  throw new Failure(
    exitCode.usage,
    `${option}: ${printable(key.because.problem)}`,
    'an agent of this host: vagus id show',
  )
}
