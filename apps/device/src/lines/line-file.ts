/** Where the leases of lines are, beside the control socket of the agent. @module */
import { besideControl } from '../state-file.ts'

export const lineFile = (control: string): string => besideControl(control, 'lines.json')
