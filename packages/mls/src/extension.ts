/** Extensions of leaves, key packages, groups and group infos (RFC 9420 §13.4, §17.3). @module */
import { type Codec, decode, DecodeError, list, struct, uint16 } from '@vagus/wire'
import { credential } from './credential.ts'
import { opaque, uint16s, vector, vectorOf } from './vectors.ts'

export interface Extension {
  readonly type: number
  readonly data: Uint8Array
}

export const extensionType = {
  applicationId: 1,
  ratchetTree: 2,
  requiredCapabilities: 3,
  externalPub: 4,
  externalSenders: 5,
} as const

/** Types of the RFC itself, which everybody supports without saying so (§7.2). */
export const isDefaultExtension = (type: number): boolean => type >= 1 && type <= 5

const extension: Codec<Extension> = struct({ type: uint16, data: opaque })
const anyExtensions = vector(list(extension))

/** `Extension extensions<V>`; two of one type are malformed (§13.4). */
export const extensions: Codec<readonly Extension[]> = {
  read(r) {
    const at = r.offset
    const values = anyExtensions.read(r)
    const types = new Set<number>()
    for (const { type } of values) {
      if (types.has(type)) throw new DecodeError('bad-value', at, `two extensions of the type ${type}`)
      types.add(type)
    }
    return values
  },
  write: (w, values) => anyExtensions.write(w, values),
}

/** The content of the extension of `type`, read by `codec`. @throws {DecodeError} on other content */
export function contentOf<T>(values: readonly Extension[], type: number, codec: Codec<T>): T | undefined {
  const found = values.find((each) => each.type === type)
  return found === undefined ? undefined : decode(codec, found.data)
}

/** §11.1 */
export const requiredCapabilities = struct({ extensions: uint16s, proposals: uint16s, credentials: uint16s })
/** §12.1.8.1 */
export const externalSenders = vectorOf(struct({ signatureKey: opaque, credential }))

export const octetsOf = (values: readonly Extension[]): number =>
  values.reduce((sum, { data }) => sum + data.length + 4, 0)
