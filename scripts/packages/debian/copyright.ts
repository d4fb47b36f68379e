/** The copyright file: whose is what in the package, with the text of each licence (copyright-format 1.0). @module */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Bundled {
  readonly name: string
  readonly version: string
  /** Of its manifest, an SPDX expression. */
  readonly license: string
  /** Its files in the package, such as `usr/lib/vagus/node_modules/ws/*`. */
  readonly files: string
  /** The folder that has its licence now. */
  readonly folder: string
}

/** @throws where one says of no licence what it is */
export function copyrightText(bundled: readonly Bundled[]): string {
  const paragraphs = [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: Vagus',
    paragraph('*', 'Vagus contributors', 'Apache-2.0', inCommon('Apache-2.0')),
    ...bundled.map((one) => {
      const text = licenceOf(one)
      const terms = one.license === 'Apache-2.0' ? inCommon('Apache-2.0') : text
      return paragraph(one.files, holdersOf(text, one), one.license, terms)
    }),
  ]
  return `${paragraphs.join('\n\n')}\n`
}

const paragraph = (files: string, holders: string, license: string, text: string): string =>
  `Files: ${files}\nCopyright: ${holders}\nLicense: ${license.replaceAll(/[()]/g, '')}\n${indented(text)}`

/** The file that it brings; where there is none, what its manifest says. */
function licenceOf({ name, version, license, folder }: Bundled): string {
  const [file] = globSync('{LICENSE,LICENCE,License,license,COPYING}*', { cwd: folder }).sort()
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8')
  if (license === '') throw new Error(`${name}@${version} names no licence`)
  return `${name} ${version} brings no text of its licence; its manifest says ${license}.`
}

const inCommon = (license: string): string =>
  `On Debian systems, the text of this licence is in\n/usr/share/common-licenses/${license}.`

function holdersOf(text: string, { name }: Bundled): string {
  const lines = [...text.matchAll(/^\W*(Copyright (?:\(c\)|©|\d).*)$/gim)].map(([, line]) => line!.trim())
  return lines.length === 0 ? `authors of ${name}` : [...new Set(lines)].slice(0, maxHolders).join('\n ')
}

/** Lines; the licence of Node names all that it is made of, and its text follows. */
const maxHolders = 20

const indented = (text: string): string =>
  text
    .trim()
    .split(/\r?\n/)
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n')
