import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { agentScript, attachCommands, detachCommands } from '../../src/kernel/agent-script.ts'
import { linkCommands } from '../../src/kernel/links.ts'
import { nodeScript } from '../../src/kernel/node-script.ts'
import { networkOf } from '../../src/topology/network.ts'
import { readTopology } from '../../src/topology/read.ts'

const small = networkOf(readTopology('small'))
const script = (name: string): string =>
  nodeScript(
    small.nodes.find((node) => node.name === name)!,
    '/run/lab/x',
    [],
  )

describe('the commands that make the links', () => {
  const commands = linkCommands(small).trim().split('\n')

  test('make a namespace per node before any link', () => {
    const last = commands.findLastIndex((command) => command.startsWith('netns add '))
    const first = commands.findIndex((command) => command.includes(' type veth '))
    assert.equal(commands.filter((command) => command.startsWith('netns add ')).length, 5)
    assert.ok(last < first)
  })

  test('put both ends of a link into their nodes under the indices that flow records will carry', () => {
    assert.ok(commands.includes('link add name eth3 index 5 netns pe-1 type veth peer name eth1 index 3 netns office'))
  })

  test('give management interfaces to our own routers only', () => {
    const managed = commands.filter((command) => command.includes(' peer name eth0 ')).map((c) => c.split(' ').at(-1))
    assert.deepEqual(managed, ['pe-1', 'pe-2'])
  })
})

test('every interface is named after "dev": one called a or n would be a shortened keyword of ip', () => {
  const { agents, nodes } = networkOf(readTopology('roam'))
  const accesses = agents.flatMap(({ networks }) => networks)
  const texts = [
    linkCommands(networkOf(readTopology('roam'))),
    ...nodes.map((node) => nodeScript(node, '/run/lab/x', accesses)),
    ...agents.map(agentScript),
    ...accesses.flatMap((access) => [attachCommands(access), detachCommands(access)]),
  ]
  const commands = texts.flatMap((text) => text.match(/link set .*/g) ?? [])
  assert.ok(commands.length > 30)
  assert.deepEqual(
    commands.filter((command) => !command.startsWith('link set dev ')),
    [],
  )
})

describe('the script of a node', () => {
  test('shapes every link to its capacity, with a burst of ten packets at least', () => {
    assert.match(script('pe-1'), /dev eth1 root tbf rate 100000000bit burst 62500 /)
    assert.match(script('pe-2'), /dev eth2 root tbf rate 20000000bit burst 15140 /)
  })

  test('leaves room for the headers of private lines on links between our routers, and nowhere else', () => {
    assert.deepEqual(script('pe-1').match(/link set dev \w+ mtu .*/g), ['link set dev eth1 mtu 1700'])
    assert.equal(script('office').match(/ mtu /g), null)
  })

  test('makes every address of a site local to it, and none on a router', () => {
    assert.match(
      script('office'),
      /route add local 10\.16\.0\.0\/16 dev lo\n.*route add local 2001:db8:16::\/48 dev lo/,
    )
    assert.deepEqual(script('pe-1').match(/route add local .*/g), ['route add local 169.254.77.2 dev lo']) // its agent
  })
})
