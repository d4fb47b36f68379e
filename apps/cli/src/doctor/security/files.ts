/** Files of this host that other users can read and should not: keys, state, and passwords in units. @module */
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isOpenToOthers, modeText } from '@vagus/keyring/secret-file'
import { inShell } from '@vagus/keyring/shell-word'
import { countOf } from '../../format.ts'
import { type Check, fail, ok, warn } from '../check.ts'
import { hasPassword } from './exposure.ts'

/** Names of files with private keys, tokens, or what was said. */
const secret = /^(keys|next-key|logins|operator-tokens)\.json$|\.key$|\.sqlite(-wal|-shm)?$/
/** Folders of the state that hold no keys, and many files. */
const leftOut: ReadonlySet<string> = new Set(['flows'])
/** Files and folders looked at; a host with so many is looked at in part, and that is said. */
const maxLooked = 20_000
/** Without the right to search, nothing in a folder can be opened (path_resolution(7)). */
const othersEnter = 0o011

const modeOf = (path: string): number | undefined => lstatSync(path, { throwIfNoEntry: false })?.mode

/** @param home the folder of the state of this user */
export function fileChecks(home: string): readonly Check[] {
  const mode = modeOf(home)
  if (mode === undefined) return [ok('key files', `no state at ${home}`)]
  const { wide, count, isWhole } = secretsBelow(home)
  const rest = isWhole ? '' : `; only the first ${maxLooked} files were looked at`
  if (wide.length > 0) {
    const shown = wide.slice(0, 3)
    const more = wide.length > shown.length ? ` and ${wide.length - shown.length} more` : ''
    const names = shown.map((one) => `${one.path} (${modeText(one.mode)})`).join(', ')
    const fix = `chmod 600 ${shown.map(({ path }) => inShell(path)).join(' ')}   (and if someone may have read a key: vagus id rotate NAME)`
    return [fail('key files', `other users can read ${names}${more}${rest}`, fix)]
  }
  const own = ok('key files', `${countOf(count, 'file')} with keys or state below ${home}, for its user alone${rest}`)
  if (!isOpenToOthers(mode)) return [own]
  const text = `${home} has mode ${modeText(mode)}: other users see which agents are here, and who sent how much`
  return [own, warn('home', text, `chmod 700 ${inShell(home)}`)]
}

interface Secrets {
  readonly wide: readonly { readonly path: string; readonly mode: number }[]
  readonly count: number
  readonly isWhole: boolean
}

/** Links are not followed. What is in a folder that no other user may enter is for its user alone, whatever its mode. */
function secretsBelow(home: string): Secrets {
  const wide: { path: string; mode: number }[] = []
  const folders = [{ path: home, isShut: false }]
  let [count, looked] = [0, 0]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const isShut = folder.isShut || ((modeOf(folder.path) ?? 0) & othersEnter) === 0
    for (const entry of entriesOf(folder.path)) {
      if (++looked > maxLooked) return { wide, count, isWhole: false }
      const path = join(folder.path, entry.name)
      if (entry.isDirectory() && !(folder.path === home && leftOut.has(entry.name))) folders.push({ path, isShut })
      const mode = entry.isFile() && secret.test(entry.name) ? modeOf(path) : undefined
      if (mode === undefined) continue
      count++
      if (!isShut && isOpenToOthers(mode)) wide.push({ path, mode })
    }
  }
  return { wide, count, isWhole: true }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

const unitFolders = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'] as const
/** Values that let somebody in, as variables name them. */
const secretVariable = /^\s*Environment\s*=.*?(\w*(TOKEN|PASSWORD|SECRET|OTLP_HEADERS|OTLP_TRACES_HEADERS))=/m

/** Units are files that every user can read, and `systemctl show` tells everyone what they set. */
export function unitChecks(folders: readonly string[] = unitFolders): readonly Check[] {
  const units = folders.flatMap((folder) =>
    entriesOf(folder).flatMap(({ name }) => (/^vagus.*\.service$/.test(name) ? [join(folder, name)] : [])),
  )
  const open = [...units, ...folders.flatMap(dropInsIn)].flatMap((path) => {
    const text = textOf(path)
    const [, variable] = secretVariable.exec(text) ?? []
    const what = variable ?? (hasPassword(text) ? 'a password in an address' : undefined)
    return what === undefined ? [] : [{ path, what }]
  })
  if (units.length === 0 && open.length === 0) return []
  if (open.length === 0) return [ok('units', `${countOf(units.length, 'unit')} of Vagus, without a token or password`)]
  return open.map(({ path, what }) =>
    fail(
      'units',
      `every user of this host can read ${what} in ${path}`,
      `EnvironmentFile=FILE of mode 0600 in its place: systemctl edit --full ${/vagus[^/]*\.service/.exec(path)?.[0]}`,
    ),
  )
}

/** What `systemctl edit` writes beside units. */
const dropInsIn = (folder: string): readonly string[] =>
  entriesOf(folder)
    .filter(({ name }) => /^vagus.*\.service\.d$/.test(name))
    .flatMap(({ name }) => entriesOf(join(folder, name)).map((file) => join(folder, name, file.name)))
    .filter((path) => path.endsWith('.conf'))

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
