import { newFolder, startProcess } from './support/controller-process.ts'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
const state = newFolder(`
domain: test
devices:
  - { name: edge-1, role: edge, address: 192.0.2.1, interfaces: [{ name: eth0, index: 1, site: transit }] }
sites:
  - { name: office, prefixes: [10.1.0.0/16] }
  - { name: transit, kind: neighbour, prefixes: [0.0.0.0/0] }
links:
  - { name: uplink, a: { node: edge-1, interface: eth0 }, z: { node: transit }, capacity: 1000000 }
`)
const c: any = await startProcess(state.folder)
console.log(Object.keys(c), c.base)
spawnSync(process.execPath, ['/tmp/rsec/mcp.mjs', c.base], { stdio: 'inherit' })
const pid = c.pid ?? c.child?.pid ?? c.process?.pid
if (pid) console.log(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS.*|VmHWM.*/g))
console.log(c.lines.slice(-15))
await c.end('SIGTERM'); state.remove(); process.exit(0)
