/**
 * How far the box is, in one file of mode 0600 that is replaced as a whole: after a crash it is as before a step or after
 * it, and the box goes on from there.
 * @module
 */
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Stage } from '@vagus/brski/pledge'
import { makePrivateFolder, writeFileWhole } from '@vagus/keyring/private-file'
import { readSecretFileIfAny } from '@vagus/keyring/secret-file'
import { z } from 'zod'
import { JoiningError } from './joining-error.ts'

const base64 = z.base64()
const stateSchema = z.strictObject({
  version: z.literal(1),
  serial: z.string(),
  /** Sent, and perhaps answered "later": the same is sent again. */
  request: z
    .strictObject({
      cms: base64,
      nonce: z.string(),
      server: base64.describe('the certificate that it was made for, DER'),
      madeAt: z.number(),
    })
    .optional(),
  domain: z.strictObject({ voucher: base64, pinned: base64.describe('certificate, DER') }).optional(),
  member: z
    .strictObject({
      agent: z.string().describe('did:key:…, whose key it is'),
      key: z.string().describe('PEM'),
      certificate: base64.describe('LDevID, DER'),
      chain: z.array(base64),
      notBefore: z.number(),
      notAfter: z.number(),
    })
    .optional(),
  settled: z.strictObject({ domain: z.string(), registrar: z.string().nullable() }).optional(),
})
export type JoiningState = z.infer<typeof stateSchema>

export const stageOf = ({ domain, member, settled }: JoiningState): Stage =>
  domain === undefined ? 'voucher' : member === undefined ? 'enrol' : settled === undefined ? 'settle' : 'member'

export class JoiningFile {
  readonly path: string
  #state: JoiningState

  /** Begins anew for another box: nothing of one is of use to another. @throws {JoiningError}, {KeyringError} */
  constructor(path: string, serial: string) {
    this.path = path
    const kept = readState(path)
    this.#state = kept?.serial === serial ? kept : { version: 1, serial }
  }

  get state(): JoiningState {
    return this.#state
  }

  /** On the disk when it returns. Undefined removes a member. @throws {KeyringError} when the disk does not take it */
  change(changes: { readonly [Key in keyof JoiningState]?: JoiningState[Key] | undefined }): void {
    const state = JSON.parse(JSON.stringify({ ...this.#state, ...changes })) as JoiningState // without what is undefined
    makePrivateFolder(dirname(this.path))
    writeFileWhole(this.path, `${JSON.stringify(state, null, 2)}\n`, 0o600)
    this.#state = state
  }

  /** As before the box ever joined. */
  remove(): void {
    rmSync(this.path, { force: true })
    this.#state = { version: 1, serial: this.#state.serial }
  }
}

/** Undefined: there is none. @throws {JoiningError} of a damaged one, {KeyringError} */
export function readState(path: string): JoiningState | undefined {
  const text = readSecretFileIfAny(path)
  if (text === undefined) return undefined
  const read = stateSchema.safeParse(jsonOf(text))
  if (read.success) return read.data
  throw new JoiningError(`${path} is not as it was written`, `to begin anew: rm ${path}`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
