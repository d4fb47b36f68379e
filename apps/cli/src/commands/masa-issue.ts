/** `vagus masa issue SERIAL`: gives a box the identity of its maker: three files to put on it. @module */
import { join } from 'node:path'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { masaOptions, ownMasa, withMasaErrors } from '../join/own-masa.ts'

export const command = defineCommand({
  name: 'masa issue',
  summary: 'give a box the identity of its maker: a folder to put on it',
  effect: 'rw',
  examples: [
    { line: 'vagus masa issue BOX-17', does: 'writes ./BOX-17/; on the box it becomes ~/.vagus/idevid' },
    { line: 'vagus masa issue BOX-17 --to /mnt/box/root/.vagus/idevid', does: 'straight onto its disk' },
  ],
  arguments: [{ name: 'SERIAL', description: 'serial number of the box, unique for ever', presence: 'required' }],
  options: {
    to: { type: 'text', value: 'FOLDER', description: 'where the files go (default: a folder named SERIAL here)' },
    again: { type: 'flag', description: 'another one for a box that has one, which then counts no more' },
    ...masaOptions,
  },
  async run(call) {
    const serialNumber = call.words[0]!
    const folder = call.values.to ?? serialNumber
    const { serialPattern, serialText } = await import('@vagus/api/joins')
    if (!serialPattern.test(serialNumber))
      throw new Failure(exitCode.usage, `"${serialNumber}" is no serial number, which ${serialText}`, 'such as BOX-17')
    if (call.values.to === undefined && !/^\w[\w.-]*$/.test(serialNumber))
      throw new Failure(exitCode.usage, `"${serialNumber}" is no name for a folder`, 'say where it goes: --to FOLDER')
    const [masa, { idevidFiles }, { certificatesPem, privateKeyPem }, { makePrivateFolder, writeFileWhole }] =
      await Promise.all([
        ownMasa(call),
        import('@vagus/device/pledge'),
        import('@vagus/pki'),
        import('@vagus/keyring/private-file'),
      ])
    // A box that was shipped must not lose its identity to a line that was typed twice.
    if (!call.values.again && masa.devices.some((one) => one.serialNumber === serialNumber)) {
      const fix = `a new one, with which that of before counts no more: vagus masa issue ${serialNumber} --again`
      throw new Failure(exitCode.failed, `${serialNumber} was given an identity already`, fix)
    }
    const { KeyringError } = await import('@vagus/keyring')
    try {
      makePrivateFolder(folder)
      // Before anything is issued: it shows that the folder takes files.
      writeFileWhole(join(folder, idevidFiles.maker), certificatesPem([masa.voucherAnchor]), 0o644)
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error
      throw new Failure(exitCode.failed, error.message, 'choose another: --to FOLDER', error)
    }
    await withMasaErrors(() => {
      const { certificate, key } = masa.issue({ serialNumber })
      writeFileWhole(join(folder, idevidFiles.key), privateKeyPem(key!), 0o600)
      writeFileWhole(join(folder, idevidFiles.certificate), certificatesPem([certificate]), 0o644)
    }, 'vagus masa issue --help')
    call.terminal.out(`the identity of ${serialNumber} is in ${folder}: on the box that becomes ~/.vagus/idevid\n`)
    call.terminal.err('its key is in no other place\n')
    return exitCode.ok
  },
})
