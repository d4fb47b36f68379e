/** `vagus device commits [DEVICE]`: what AI agents and people changed in a router for a while; one is kept or taken back. @module */
import type { CommitList, CommitNoticeList, CommitResource } from '@vagus/api/southbound'
import { agentOf, agentOptions, type AgentPlace, showWords } from '../bgp/agent.ts'
import { commitListText, commitNoticesText, commitText } from '../commit-text.ts'
import { defineCommand } from '../command.ts'
import { clientFor, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure, orSay } from '../failure.ts'
import { jsonText } from '../json.ts'

export const command = defineCommand({
  name: 'device commits',
  summary: "changes of a router's configuration that go back by themselves",
  effect: 'rw',
  examples: [
    { line: 'vagus device commits', does: 'at all routers whose agents tell the controller' },
    { line: 'vagus device commits pe-1', does: 'who changed what for how long; newest first' },
    { line: 'vagus device commits pe-1 --confirm commit-7', does: 'keeps it' },
    { line: 'vagus device commits pe-1 --revert commit-7', does: 'takes it back before its time' },
  ],
  arguments: [{ name: 'DEVICE', description: 'a name of "vagus device ls"', presence: 'optional' }],
  options: {
    confirm: { type: 'text', value: 'ID', description: 'keep this change' },
    revert: { type: 'text', value: 'ID', description: 'take this change back' },
    ...agentOptions,
    ...jsonOption,
  },
  async run(call) {
    const { values, terminal } = call
    const { confirm, revert, json } = values
    if (confirm !== undefined && revert !== undefined)
      throw new Failure(exitCode.usage, '--confirm and --revert exclude each other', 'give one of them')
    const show = (resource: object, text: string): void => terminal.out(json ? jsonText(resource) : `${text}\n`)
    const id = confirm ?? revert
    const [device] = call.words
    if (device === undefined) {
      if ((id ?? values.socket) !== undefined)
        throw new Failure(exitCode.usage, 'which device? Each has commits of its own', 'the names: vagus device ls')
      const list = await clientFor(call).get<CommitNoticeList>('CommitNoticeList', '/v1/commits')
      show(list, commitNoticesText(list, terminal))
      return exitCode.ok
    }
    const place = { device, socket: values.socket }
    const agent = await agentOf(call, place.device)
    if (id === undefined) {
      const list = await agent.get<CommitList>('CommitList', '/v1/commits').catch(orSay(noTools))
      show(list, commitListText(list, terminal))
      return exitCode.ok
    }
    const path = `/v1/commits/${encodeURIComponent(id)}`
    const change =
      confirm === undefined
        ? ({ method: 'DELETE', path } as const)
        : ({ method: 'POST', path: `${path}/confirm` } as const)
    const within = 75_000 // a router that takes hundreds of lines back
    const ended = await agent
      .change<CommitResource>('Commit', { ...change, within })
      .catch(orSay(`${commitsWords(place)} · ${showWords(place)}`))
    show(ended, commitText(ended))
    return ended.state === 'stuck' ? exitCode.failed : exitCode.ok
  },
})

const noTools = 'AI agents may ask and change a router whose agent has --tools: vagus device --help'

const commitsWords = ({ device, socket }: AgentPlace): string =>
  `vagus device commits ${device}${socket === undefined ? '' : ` --socket ${socket}`}`
