/** A lab whose controller and devices obey the intents of an owner, who signs as an operator would: by the command. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IntentList } from '@vagus/api/intent'
import { Keyring, ownAgent } from '@vagus/keyring'
import { type LabProgram, type LabUp, labUp, type TrafficOptions } from '../src/index.ts'
import { runVagus } from '../src/steer/programs.ts'

export interface IntentsLab {
  readonly lab: LabUp
  readonly where: { readonly name: string; readonly home: string }
  /** What `vagus WORDS` prints, as the owner. Rejects with what it said. */
  vagus(...words: readonly string[]): Promise<string>
  /** Signs and publishes these, in YAML, and gives what is printed. */
  apply(intents: string): Promise<string>
  list(): Promise<IntentList>
  down(): Promise<void>
}

export async function intentsLab(
  name: string,
  listen: string,
  programs: readonly LabProgram[],
  traffic?: TrafficOptions,
): Promise<IntentsLab> {
  const home = mkdtempSync(join(tmpdir(), 'vagus-intents-'))
  const keyring = new Keyring(join(home, 'agents'))
  ownAgent({ keyring, name: 'acme', report: () => undefined })
  const { owner } = keyring.signRoster('acme', () => ({ members: [], policies: '' }), Date.now())
  const where = { name, home }
  const lab = await labUp({
    ...where,
    topology: 'border',
    mode: 'attached',
    listen,
    programs,
    intentsOf: owner,
    ...(traffic === undefined ? {} : { traffic }),
  })
  const vagus = (...words: readonly string[]): Promise<string> => runVagus(words, lab.console)
  return {
    lab,
    where,
    vagus,
    apply(intents) {
      const file = join(home, 'intents.yaml')
      writeFileSync(file, intents)
      return vagus('intent', 'apply', file, '--home', home)
    },
    list: async () => (await (await fetch(`${lab.console}/v1/intents`)).json()) as IntentList,
    async down() {
      await lab.down()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
