/** Elements that this package makes itself. @module */
import type { XmlElement } from './element.ts'

export const element = (namespace: string, name: string, children: readonly XmlElement[]): XmlElement => ({
  name,
  namespace,
  children,
  text: '',
})

export const leaf = (namespace: string, name: string, text: string): XmlElement => ({
  name,
  namespace,
  children: [],
  text,
})
