/** Who may call a member, and under which name: an agent of nobody, a member without the role, a copied card, a look-alike. @module */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { RosterResource } from '@vagus/api'
import { randomOctets, signerOf } from '@vagus/transport'
import { meetingPort } from '../controller-config.ts'
import { vagus } from '../inside/programs.ts'
import { labPaths, rosterOwner } from '../spec.ts'
import type { IntruderReport, Refusal } from './report.ts'
import { type Scene, served, stranger } from './scene.ts'

const calls = 5
const slowestStart = 60_000
/** Only readers may call writers. */
const policies = `// only readers call writers
permit (principal in Role::"reader", action, resource in Role::"writer");
`
/** The stock agent that the member is, too. */
const program = [process.execPath, resolve(import.meta.dirname, '../a2a/writer/main.ts'), '9000'] as const
/** Under this name the stranger knows the member that it wants to call. */
const target = 'target'
/** No member has this one. */
const similar = 'wr1ter'

type PublishedRoster = Pick<RosterResource, 'epoch' | 'roster'>

async function rosterAt(scene: Scene): Promise<PublishedRoster> {
  const headers = { accept: 'application/json' }
  return (await (await scene.api(`/v1/rosters/${rosterOwner}`, { headers })).json()) as PublishedRoster
}

/** From now on a call needs a role. Gives the roster of before. */
export async function demandRole(scene: Scene): Promise<PublishedRoster> {
  const before = await rosterAt(scene)
  const file = join(scene.lab.folder, 'roles.cedar')
  writeFileSync(file, policies)
  await scene.asOwner(['roster', 'policy', file])
  return before
}

/** The owner's own signed roster of before, published again by somebody who has kept it. */
export async function olderRoster(scene: Scene, older: PublishedRoster): Promise<IntruderReport['olderRoster']> {
  const { epoch } = await rosterAt(scene)
  const headers = { 'content-type': 'application/jose' }
  const { status } = await scene.api(`/v1/rosters/${rosterOwner}`, { method: 'PUT', headers, body: older.roster })
  const { epoch: later } = await rosterAt(scene)
  return { code: status, went: later < epoch ? 'back' : 'nowhere' }
}

/** Starts a side-car of the serving agent's name with keys of its own, on the stranger's host. Ends with the lab. */
export async function startImpostor(scene: Scene): Promise<{ readonly document: string }> {
  const home = join(scene.lab.folder, 'stranger')
  const known = join(home, 'known')
  mkdirSync(known, { recursive: true })
  writeFileSync(join(known, `${target}.jws`), (await scene.listed(served.name)).document)
  const { v4 } = scene.addressesOf(stranger)
  const listen = `udp://${v4}:${meetingPort},tcp://${v4}:${meetingPort}`
  const words = `run --name ${served.name} --home ${home} --lookup ${known} --port 7600 --listen ${listen}`.split(' ')
  const a2a = ['--a2a', new URL(served.program).origin]
  await scene.start(stranger, 'side-car', [...vagus, ...words, ...a2a, '--', ...program])
  const file = join(home, 'agents', served.name, 'document.jws')
  const document = await scene.until(slowestStart, 'the stranger does not start', async () => {
    await scene.tasksAt(stranger)
    const text = readFileSync(file, 'utf8').trim()
    if (!locatorsIn(text).includes(v4)) throw new Error('its document has no address yet')
    return text
  })
  scene.news(`a stranger calls itself ${served.name}`)
  return { document }
}

const locatorsIn = (document: string): string => Buffer.from(document.split('.')[1] ?? '', 'base64url').toString()

/** With an id that is in no roster. */
export const notMember = (scene: Scene): Promise<Refusal> => refusalOf(scene, stranger, target)

/** A member whose roles the policy does not name. */
export const wrongRole = (scene: Scene, member: string): Promise<Refusal> => refusalOf(scene, member, served.name)

async function refusalOf(scene: Scene, node: string, agent: string): Promise<Refusal> {
  const before = linesAbout(scene).length
  const answers = await scene.call(node, agent, calls)
  const worst = answers.find(({ status }) => status >= 200 && status < 300) ?? answers[0]!
  const { status: code, type, detail } = worst
  const events = (await (await scene.api('/v1/events')).json()) as {
    readonly items: readonly { readonly event: string }[]
  }
  const told = events.items.map(({ event }) => event).filter((event) => /refus|denied/.test(event))
  return { times: calls, code, type, detail, told: [...linesAbout(scene).slice(before), ...told] }
}

/** Lines of the called side-car's log. */
const linesAbout = ({ lab }: Scene): readonly string[] =>
  readFileSync(join(labPaths(lab.folder).logs, `${served.name}.side-car.log`), 'utf8')
    .split('\n')
    .filter((line) => /refus|not a member|denied/i.test(line))

/** A member's document under another name, its content under another key, and the stranger's own under the member's name. */
export async function copiedCard(scene: Scene, impostor: string): Promise<readonly number[]> {
  const { document } = await scene.listed(served.name)
  const [header = '', payload = ''] = document.split('.')
  const signed = signerOf(randomOctets(32)).sign(new TextEncoder().encode(`${header}.${payload}`))
  const resigned = `${header}.${payload}.${Buffer.from(signed).toString('base64url')}`
  const publish = async (name: string, body: string): Promise<number> => {
    const headers = { 'content-type': 'application/jose' }
    return (await scene.api(`/v1/agents/${name}`, { method: 'PUT', headers, body })).status
  }
  return [
    await publish('writer-2', document),
    await publish(served.name, resigned),
    await publish(served.name, impostor),
  ]
}

/** The stranger's document lies where members look names up, under the name of a member and under one that looks like it. */
export async function lookalike(scene: Scene, caller: string, document: string): Promise<IntruderReport['lookalike']> {
  const { id } = await scene.listed(served.name)
  const folder = join(labPaths(scene.lab.folder).agentsOutside, 'agents')
  const files = [served.name, similar].map((name) => join(folder, `${name}.jws`))
  const before = await scene.tasksAt(stranger)
  for (const file of files) writeFileSync(file, `${document}\n`)
  const answers = await scene.call(caller, served.name, calls)
  const [other] = await scene.call(caller, similar)
  for (const file of files) rmSync(file)
  const byMember = answers.filter(({ status, answeredBy }) => status === 200 && answeredBy === id).length
  const { status: code, type, detail } = other!
  return {
    calls,
    byMember,
    similar: { name: similar, code, type, detail },
    dialled: (await scene.tasksAt(stranger)) - before,
  }
}
