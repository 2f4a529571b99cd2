import { PortError } from '#ports/port-error.ts'

/** Throws `INVALID_ARGUMENT` for a blank or overlong text. */
export const checkText = (what: string, text: string, longest: number): void => {
  if (text.trim() !== '' && text.length <= longest) return
  throw new PortError(
    'INVALID_ARGUMENT',
    `The ${what} ${JSON.stringify(text.slice(0, 100))} has ${text.length} characters; wanted are 1 to ${longest}, not all blank.`,
  )
}
