/** Where an agent notes that there are queues of services. @module */
import { besideControl } from '../state-file.ts'

/** @param control path of the control socket */
export const serviceFile = (control: string): string => besideControl(control, 'services.json')
