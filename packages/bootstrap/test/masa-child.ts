/** Issues vouchers until it is killed, and says the nonce of each that it would have sent. */
import { writeSync } from 'node:fs'
import { isRefused, writeVoucherRequest } from '@vagus/brski'
import { cmsSigner } from '@vagus/pki'
import { openDomain, openMasa } from '../src/index.ts'

const [folder, run] = process.argv.slice(2) as [string, string]
const masa = openMasa(`${folder}/masa`, { url: 'masa.example', policy: { pledgeRequest: 'optional' } })
const { registrar, ca } = openDomain(`${folder}/domain`, { name: 'area51.example' })
const serialNumber = `BOX-${run}`
masa.issue({ serialNumber })
const signer = cmsSigner({ ...registrar, chain: [ca.certificate] })
for (let count = 0; ; count++) {
  const nonce = `${run}-${count}`
  const reply = masa.requestVoucher(signer.sign(writeVoucherRequest({ serialNumber, nonce })))
  if (isRefused(reply)) throw new Error(reply.because.problem)
  writeSync(1, `${nonce}\n`)
}
