import type { OptionSpecs } from './options.ts'

/** Options that every use case has. */
export const commonOptions = {
  drift: {
    type: 'text',
    default: '',
    description:
      'Changes of concept planned from the start, in seconds: abrupt(at), gradual(at,width), seasonal(period), burst(at,length,factor); several separated by spaces.',
  },
} as const satisfies OptionSpecs
