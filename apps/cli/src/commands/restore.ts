/** `vagus restore FILE`: checks a backup as a whole, and puts it in the place of the state that is there. @module */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Restored, RestorePlan } from '@vagus/controller/backup'
import { backupFailure } from '../backup/backup-failure.ts'
import { type Call, defineCommand } from '../command.ts'
import { configOf, configOptions } from '../config-options.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { countOf, octetsText } from '../format.ts'
import { resourceText } from '../json.ts'
import type { Options } from '../option.ts'
import { printable } from '../table.ts'

const options = {
  into: { type: 'text', value: 'FOLDER', description: 'home to restore into (default: that of vagus.yaml)' },
  config: configOptions.config,
  'dry-run': { type: 'flag', description: 'check all of it, say what would be done, write nothing' },
  yes: { type: 'flag', description: 'put what is there aside, in a folder beside' },
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'restore',
  summary: 'check a backup, and put it in the place of a state',
  effect: 'rw',
  examples: [
    { line: 'vagus restore v.tar.zst --dry-run', does: 'is it whole? what would change?' },
    { line: 'vagus restore v.tar.zst --into /var/lib/vagus-2', does: 'on this or another machine' },
    { line: 'vagus restore v.tar.zst -c vagus.yaml --yes', does: 'what is there goes aside' },
  ],
  arguments: [{ name: 'FILE', description: 'of "vagus backup"', presence: 'required' }],
  options,
  async run(call) {
    const { values, terminal, signal, words } = call
    const file = words[0]!
    if (!existsSync(file)) throw new Failure(exitCode.usage, `there is no file ${file}`, 'vagus backup FILE makes one')
    const home = await wantedHome(call)
    const { planRestore, restoreBackup } = await import('@vagus/controller/backup')
    try {
      const what = values['dry-run']
        ? await planRestore({ file, home, signal })
        : await restoreBackup({ file, home, signal, occupied: values.yes ? 'put aside' : 'refuse' }, Date.now())
      if (values.json) terminal.out(resourceText('Restoration', { home, ...what }))
      else terminal.out(`${restoreText(what, home)}\n`)
      if (!values.json && terminal.person) terminal.err(`\nnext: ${nextOf(what, home)}\n`)
      return exitCode.ok
    } catch (error) {
      if (signal.aborted) return exitCode.interrupted
      throw backupFailure(error)
    }
  },
})

async function wantedHome({ values, environment }: Call<typeof options>): Promise<string> {
  if (values.into === '') throw new Failure(exitCode.usage, '--into is empty', '--into FOLDER')
  if (values.into !== undefined) return resolve(values.into)
  const unset = { home: undefined, listen: undefined, 'flow.listen': undefined }
  return resolve((await configOf({ config: values.config, ...unset }, environment)).home)
}

/** What was or would be done. */
export function restoreText(what: RestorePlan | Restored, home: string): string {
  const { about, members, octets, placed, replaced, kept } = what
  const { record, keys } = about
  const from = about.domain === null ? about.home : `${about.domain} (${about.home})`
  const isDone = 'aside' in what
  const places =
    placed.length > 8 ? `${placed.slice(0, 8).join(', ')} and ${placed.length - 8} more` : placed.join(', ')
  const aside = isDone ? `is now in ${join(home, what.aside ?? '')}` : 'would be put aside; needs --yes'
  const lines = [
    `whole: ${countOf(members, 'file')}, ${octetsText(octets)}, of ${from}, made ${about.madeAt} by Vagus ${about.version}`,
    `${isDone ? 'restored' : 'would be restored'} in ${home}: ${places}`,
    ...(replaced.length === 0 ? [] : [`what was there (${replaced.join(', ')}) ${aside}`]),
    ...(kept.length === 0 ? [] : [`kept as it is here: ${kept.join(', ')}`]),
    ...(record === null
      ? []
      : [
          `the record ${isDone ? 'goes' : 'would go'} on after event ${record.last.id}, and says so; vagus audit verify`,
        ]),
    ...(keys === 'with'
      ? []
      : ['no keys are in it: an agent that has none here gets new ones, and with them another id']),
  ]
  return lines.map(printable).join('\n')
}

function nextOf(what: RestorePlan | Restored, home: string): string {
  if (!('aside' in what)) return 'the same without --dry-run'
  if (!what.placed.includes('control.sqlite')) return `vagus id show --home ${home}`
  const config = existsSync(join(home, 'vagus.yaml')) ? `-c ${join(home, 'vagus.yaml')} ` : ''
  return `vagus controller ${config}--home ${home}`
}
