import { CodedError } from './coded-error.ts'

/** What an opaque prediction id names. */
export interface PredictionId {
  useCase: string
  session: string
  seq: number
}

export function encodePredictionId({ useCase, session, seq }: PredictionId): string {
  return Buffer.from(`${useCase} ${session} ${seq}`).toString('base64url')
}

/** @throws CodedError `INVALID_ID` */
export function decodePredictionId(id: string): PredictionId {
  const [useCase, session, seq, ...rest] = Buffer.from(id, 'base64url').toString('utf8').split(' ')
  if (!useCase || !session || !seq || rest.length > 0 || !/^\d{1,15}$/.test(seq)) {
    throw new CodedError('INVALID_ID', `"${id.slice(0, 80)}" given, the id of a prediction wanted.`)
  }
  return { useCase, session, seq: Number(seq) }
}
