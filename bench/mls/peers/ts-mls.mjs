/** ts-mls as a peer: see ../peer.ts. */
import * as mls from 'ts-mls'

const suite = await mls.getCiphersuiteImpl(mls.getCiphersuiteFromName('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'))
const options = [mls.emptyPskIndex, suite]
const now = BigInt(Math.floor(Date.now() / 1000))
const lifetime = { notBefore: now - 3600n, notAfter: now + 86_400n }
const encode = (wireformat, name, content) => mls.encodeMlsMessage({ version: 'mls10', wireformat, [name]: content })
const decode = (octets) => mls.decodeMlsMessage(octets, 0)[0]

class Agent {
  #state
  #own

  static async of(name) {
    const agent = new Agent()
    const credential = { credentialType: 'basic', identity: new TextEncoder().encode(name) }
    agent.#own = await mls.generateKeyPackage(credential, mls.defaultCapabilities(), lifetime, [], suite)
    agent.keyPackage = encode('mls_key_package', 'keyPackage', agent.#own.publicPackage)
    return agent
  }

  async create(id) {
    this.#state = await mls.createGroup(id, this.#own.publicPackage, this.#own.privatePackage, [], suite)
  }

  async join(welcome) {
    const { publicPackage, privatePackage } = this.#own
    this.#state = await mls.joinGroup(decode(welcome).welcome, publicPackage, privatePackage, ...options)
  }

  async joinExternally(groupInfo) {
    const { publicPackage, privatePackage } = this.#own
    const info = decode(groupInfo).groupInfo
    const { publicMessage, newState } = await mls.joinGroupExternal(info, publicPackage, privatePackage, false, suite)
    this.#state = newState
    return encode('mls_public_message', 'publicMessage', publicMessage)
  }

  async commit({ add = [], remove = [] }) {
    const extraProposals = [
      ...add.map((octets) => ({ proposalType: 'add', add: { keyPackage: decode(octets).keyPackage } })),
      ...remove.map((removed) => ({ proposalType: 'remove', remove: { removed } })),
    ]
    const context = { state: this.#state, cipherSuite: suite }
    const made = await mls.createCommit(context, { extraProposals, ratchetTreeExtension: true })
    this.#state = made.newState
    const welcome = made.welcome && encode('mls_welcome', 'welcome', made.welcome)
    return { message: mls.encodeMlsMessage(made.commit), welcome }
  }

  async receive(message) {
    const read = decode(message)
    const done = await mls.processMessage(read, this.#state, mls.emptyPskIndex, mls.acceptAll, suite)
    this.#state = done.newState
    return done.kind === 'applicationMessage' ? done.message : undefined
  }

  async proposeRemoval(removed) {
    const proposal = { proposalType: 'remove', remove: { removed } }
    const { newState, message } = await mls.createProposal(this.#state, false, proposal, suite)
    this.#state = newState
    return mls.encodeMlsMessage(message)
  }

  async seal(data) {
    const { newState, privateMessage } = await mls.createApplicationMessage(this.#state, data, suite)
    this.#state = newState
    return encode('mls_private_message', 'privateMessage', privateMessage)
  }

  async groupInfo() {
    const info = await mls.createGroupInfoWithExternalPubAndRatchetTree(this.#state, [], suite)
    return encode('mls_group_info', 'groupInfo', info)
  }

  authenticator() {
    return this.#state.keySchedule.epochAuthenticator
  }

  async exportSecret(label, context, length) {
    return mls.mlsExporter(this.#state.keySchedule.exporterSecret, label, context, length, suite)
  }
}

export const agent = (name) => Agent.of(name)
