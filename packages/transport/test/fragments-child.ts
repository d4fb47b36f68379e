/**
 * Three namespaces in a row: a sender, a router whose second link takes 1,300 octets and that says so to nobody, and a
 * receiver. Prints the length of what arrived; nothing when nothing does.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { listen, parseEndpointUri, RouteDialler, type RouteReceiver } from '../src/index.ts'

const place = 'udp://10.78.0.2:7601'
const nothing: RouteReceiver = { packet: () => undefined, drained: () => undefined, closed: () => undefined }
const ip = (...words: readonly string[]): void => void execFileSync('ip', words)
const at = (name: string, address: string): void => {
  ip('addr', 'add', address, 'dev', name)
  ip('link', 'set', name, 'up')
}

async function route(): Promise<void> {
  const start = (role: 'sender' | 'receiver') =>
    spawn('unshare', ['-n', process.execPath, import.meta.filename, role], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [sender, receiver] = [start('sender'), start('receiver')]
  await sleep(300) // until they have left this namespace
  for (const [name, { pid }] of [
    ['sender', sender],
    ['receiver', receiver],
  ] as const) {
    ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'router')
    ip('link', 'set', 'router', 'netns', `${pid!}`)
  }
  at('sender', '10.77.0.1/24')
  at('receiver', '10.78.0.1/24')
  ip('link', 'set', 'receiver', 'mtu', '1300')
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')
  const silence = `table ip silence {
    chain out {
      type filter hook output priority 0
      icmp type destination-unreachable drop
    }
  }`
  execFileSync('nft', ['-f', '-'], { input: silence })
  receiver.stdin.write('go')
  await once(receiver.stdout, 'data') // it listens
  sender.stdin.write('go')
  const [arrived] = (await once(receiver.stdout, 'data')) as [Buffer]
  process.stdout.write(arrived)
  sender.kill()
  receiver.kill()
}

async function receive(): Promise<void> {
  await once(process.stdin, 'data')
  at('router', '10.78.0.2/24')
  ip('link', 'set', 'router', 'mtu', '1300')
  ip('route', 'add', 'default', 'via', '10.78.0.1')
  const arrived = new Promise<number>((resolve) => {
    const packet: RouteReceiver['packet'] = (_, { length }) => resolve(length)
    void listen(place, { ...nothing, packet }).then(() => process.stdout.write('ready'))
  })
  process.stdout.write(String(await Promise.race([arrived, sleep(5000, 'nothing')])))
}

async function send(): Promise<void> {
  await once(process.stdin, 'data')
  at('router', '10.77.0.2/24')
  ip('route', 'add', 'default', 'via', '10.77.0.1')
  const route = await new RouteDialler(nothing).dial(parseEndpointUri(place)!)
  for (;;) {
    route.send(new Uint8Array(1344))
    await sleep(100)
  }
}

await { router: route, sender: send, receiver: receive }[process.argv[2] as 'router' | 'sender' | 'receiver']()
