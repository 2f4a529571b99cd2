/** An error that callers can tell apart by `code`; the message says what was given and what was wanted. */
export interface CodedError extends Error {
  code: string
}

export function codedError(code: string, message: string): CodedError {
  return Object.assign(new Error(message), { code })
}
