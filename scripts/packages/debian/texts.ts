/** Files of the package that are written and not copied, by their places. @module */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { completions } from '../../../apps/cli/src/completion/shells.ts'
import { manPage } from '../../../apps/cli/src/man-page.ts'
import { registry } from '../../../apps/cli/src/registry.ts'
import { packagedFiles, packagedUnits } from '../../../apps/cli/src/service/packaged.ts'
import { userText } from '../../../apps/cli/src/service/unit.ts'
import { controllerFile, deviceFile } from './configuration.ts'
import { documents, home } from '../tree.ts'
import { debianVersion, maintainer } from './control.ts'

/** `day`: of the version. */
export async function textsOf(version: string, day: Date): Promise<Readonly<Record<string, string | Uint8Array>>> {
  const commands = await registry.loadAll()
  const date = day.toISOString().slice(0, 10)
  const units = packagedUnits([`/${home}/bin/node`, `/${home}/bin/vagus.mjs`])
  return {
    [packagedFiles.controller]: controllerFile(),
    [packagedFiles.device]: deviceFile(),
    ...Object.fromEntries(Object.entries(units).map(([name, text]) => [`usr/lib/systemd/system/${name}`, text])),
    'usr/lib/sysusers.d/vagus.conf': userText,
    'usr/share/man/man1/vagus.1.gz': compressed(manPage(commands, { version, date })),
    'usr/share/bash-completion/completions/vagus': completions.bash(commands),
    'usr/share/zsh/vendor-completions/_vagus': completions.zsh(commands),
    'usr/share/fish/vendor_completions.d/vagus.fish': completions.fish(commands),
    'usr/share/lintian/overrides/vagus': readFileSync(join(import.meta.dirname, 'lintian-overrides')),
    [`${documents}/changelog.gz`]: compressed(changelog(version, day)),
  }
}

const compressed = (text: string): Uint8Array => gzipSync(text, { level: 9 })

/** deb-changelog(5) */
const changelog = (version: string, day: Date): string => `vagus (${debianVersion(version)}) unstable; urgency=medium

  * README.md and docs beside this file say what this version does.

 -- ${maintainer()}  ${day.toUTCString().replace('GMT', '+0000')}
`
