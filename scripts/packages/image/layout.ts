/**
 * An OCI image layout (image-spec 1.1, image-layout.md) in a folder: blobs by their SHA-256, and what leads to them.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Tree, tarOf } from './tar.ts'

export interface Descriptor {
  readonly mediaType: string
  /** `sha256:` and 64 digits. */
  readonly digest: string
  readonly size: number
  readonly platform?: { readonly architecture: string; readonly os: 'linux'; readonly variant?: string }
  readonly annotations?: Readonly<Record<string, string>>
}

export interface Layer {
  readonly descriptor: Descriptor
  /** Of the tar before it was compressed. */
  readonly diffId: string
}

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  packed: 'application/vnd.oci.image.layer.v1.tar+gzip',
  plain: 'application/vnd.oci.image.layer.v1.tar',
} as const

/** `none` where soon is better than small; gzip otherwise, because every engine reads it. */
export type Compression = 'best' | 'none'

export class Layout {
  readonly folder: string
  readonly #blobs: string

  constructor(folder: string) {
    this.folder = folder
    this.#blobs = join(folder, 'blobs/sha256')
    mkdirSync(this.#blobs, { recursive: true })
    writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  }

  json(mediaType: string, value: object): Descriptor {
    const text = JSON.stringify(value)
    const hash = createHash('sha256').update(text).digest('hex')
    writeFileSync(join(this.#blobs, hash), text)
    return { mediaType, digest: `sha256:${hash}`, size: Buffer.byteLength(text) }
  }

  async layer(tree: Tree, compression: Compression): Promise<Layer> {
    const draft = join(this.folder, randomUUID())
    const [plain, packed] = [createHash('sha256'), createHash('sha256')]
    const compressed = compression === 'best' ? [createGzip({ level: 9 }), told(packed)] : []
    await pipeline([Readable.from(tarOf(tree)), told(plain), ...compressed, createWriteStream(draft)])
    const diff = plain.digest('hex')
    const hash = compression === 'best' ? packed.digest('hex') : diff
    const size = statSync(draft).size
    renameSync(draft, join(this.#blobs, hash))
    const mediaType = compression === 'best' ? mediaTypes.packed : mediaTypes.plain
    return { descriptor: { mediaType, digest: `sha256:${hash}`, size }, diffId: `sha256:${diff}` }
  }

  /** What the layout leads to; the name of a blob for engines that want the path. */
  top(name: string, value: object): void {
    writeFileSync(join(this.folder, name), JSON.stringify(value))
  }
}

export const pathOf = ({ digest }: Descriptor): string => `blobs/${digest.replace(':', '/')}`

/** Passes octets on, and tells `hash` of them. */
function told(hash: { update(octets: Uint8Array): unknown }): Transform {
  return new Transform({
    transform(octets: Uint8Array, _, done) {
      hash.update(octets)
      done(null, octets)
    },
  })
}
