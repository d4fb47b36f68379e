/** `vagus line verify FILE --by AGENT`: whether this agent signed the figures of a private line, and what they are. @module */
import { lineProofSchema } from '@vagus/api/lines'
import { publicKeyOf, verifyDocument, verifyJws } from '@vagus/identity'
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { resourceText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import { proofText } from '../line/proof-text.ts'
import type { Options } from '../option.ts'
import { documentOf, signedText } from '../signed-text.ts'
import { printable } from '../table.ts'

const options = {
  by: {
    type: 'text',
    value: 'AGENT',
    presence: 'required',
    description: 'who must have signed: an id (did:key:z6Mk…), a file with its document, or an agent of this host',
  },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

/** In the header of the JWS. */
const proofType = 'vagus-line-proof'

export const command = defineCommand({
  name: 'line verify',
  summary: 'are these figures of a line signed by this agent?',
  effect: 'ro',
  examples: [
    { line: 'vagus line verify line-3.jws --by did:key:z6Mk…', does: 'what the line delivered; exit 0 or 4' },
    { line: 'vagus line verify line-3.jws --by controller.jws', does: 'also after its key was rotated' },
  ],
  arguments: [{ name: 'FILE', description: 'of "vagus line show ID --proof"', presence: 'required' }],
  options,
  async run(call: Call<typeof options>): Promise<ExitCode> {
    const { values, words, terminal } = call
    const { by } = values
    if (by === undefined) {
      const fix = 'the id of the controller’s agent: vagus agent show controller'
      throw new Failure(exitCode.usage, '"vagus line verify" needs --by', fix)
    }
    const { identityCrypto: crypto } = await import('@vagus/transport/identity-crypto')
    const read = verifyJws(signedText(words[0]!), proofType, await keyOf(by), crypto)
    const told = (verification: object): string => resourceText('LineProof', verification)
    if (read.type === 'refused') {
      const { code } = read.because
      const problem = printable(read.because.problem)
      const why = code === 'signature' ? 'altered, signed by another agent, or by a newer key of this one' : code
      const text = `${terminal.paint.bad('refused')}  ${problem} (${why})`
      terminal.out(values.json ? told({ verified: false, because: { code, problem } }) : `${text}\n`)
      return exitCode.denied
    }
    const proof = lineProofSchema.safeParse(JSON.parse(new TextDecoder().decode(read.payload)))
    if (!proof.success)
      throw new Failure(exitCode.failed, 'the signature is right, but these are not figures as this version knows them')
    const text = `${terminal.paint.good('verified')}  ${proofText(proof.data, terminal.paint)}`
    terminal.out(values.json ? told({ verified: true, proof: proof.data }) : `${text}\n`)
    return exitCode.ok

    async function keyOf(who: string): Promise<Uint8Array> {
      const key = publicKeyOf(who)
      if (key instanceof Uint8Array) return key
      const document = verifyDocument(await documentOf(call, who), Date.now(), crypto)
      if (document.type === 'verified') return document.identity.keys.ed25519
      throw new Failure(exitCode.usage, `--by: ${printable(document.because.problem)}`, 'an id such as did:key:z6Mk…')
    }
  },
})
