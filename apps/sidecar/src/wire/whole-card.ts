/** Whether something is an agent card: an object with what A2A 1.0 §4.4.1 or 0.3 §5.5 requires. @module */
import { isJsonObject, type JsonObject } from './json-object.ts'

/** In ProtoJSON, which servers of 1.0 write, a required list that is empty is not there. */
const lists = ['defaultInputModes', 'defaultOutputModes', 'skills'] as const
const texts = ['name', 'description', 'version'] as const

export function isWholeCard(value: unknown): boolean {
  if (!isJsonObject(value) || !isJsonObject(value['capabilities']) || value['jsonrpc'] !== undefined) return false
  return (
    hasAddress(value) &&
    texts.every((member) => typeof value[member] === 'string') &&
    lists.every((member) => value[member] === undefined || Array.isArray(value[member]))
  )
}

/** 1.0 has a list of them, 0.3 one that stands apart. */
function hasAddress({ supportedInterfaces: interfaces, url, protocolVersion }: JsonObject) {
  if (interfaces === undefined) return typeof url === 'string' && typeof protocolVersion === 'string'
  return Array.isArray(interfaces) && interfaces.length > 0 && interfaces.every(isInterface)
}

const isInterface = (value: unknown): boolean =>
  isJsonObject(value) && typeof value['url'] === 'string' && typeof value['protocolBinding'] === 'string'
